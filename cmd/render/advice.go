package render

import "github.com/veltx/veltx/transform/report/findings"

// advice says what to do about a finding, by its id. What is not here says so in its own message.
var advice = findings.Remedies()
