package plugins

import "time"

// Impatient bounds how long the process of a store, which runs, may take for an answer.
func (s *Store) Impatient(most time.Duration) { s.ready.timeout = most }
