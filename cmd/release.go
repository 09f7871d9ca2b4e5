package cmd

import (
	"cmp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/config"
)

// release is the Velero that restores: the release that was asked for, the profile that stands for it, and why it is this one, "" where the
// user said so or nothing tells.
type release struct {
	asked   actions.Profile
	profile actions.Profile
	why     string
}

// chooseRelease is the release of --velero-version, else that of the target's Velero server, else the newest.
func (f *restoreFlags) chooseRelease(given *pflag.FlagSet, inputs *config.Inputs) (release, error) {
	if !f.fixed && (given == nil || !given.Changed("velero-version")) {
		if r, ok := serverRelease(inputs); ok {
			return r, nil
		}
	}
	profile, err := parseProfile(f.veleroVersion)
	if err != nil {
		return release{}, err
	}
	asked, err := actions.ParseRelease(f.veleroVersion)
	if err != nil {
		return release{}, err
	}
	return release{asked: asked, profile: profile}, nil
}

// serverRelease is the release of the Velero server that is described with -f: by the answer to a ServerStatusRequest, or by the image of
// its Deployment. One that is no release that can be previewed does not count.
func serverRelease(inputs *config.Inputs) (r release, ok bool) {
	namespace := veleroNamespace
	if inputs.Restore != nil {
		namespace = cmp.Or(inputs.Restore.Namespace, namespace)
	}
	for _, o := range inputs.Objects {
		if o.Namespace() != namespace {
			continue
		}
		text, why := serverVersion(o)
		if text == "" {
			continue
		}
		profile, err := actions.ParseProfile(text)
		if err != nil {
			continue
		}
		asked, err := actions.ParseRelease(text)
		if err != nil {
			continue
		}
		return release{asked: asked, profile: profile, why: why + " " + text}, true
	}
	return release{}, false
}

// serverVersion is what an object says of the server's version, and in which words.
func serverVersion(o *object.Value) (version, why string) {
	switch {
	case o.ObjectKind() == "ServerStatusRequest":
		return o.Get("status", "serverVersion").Str(), "the target's server says that it is"
	case o.ObjectKind() == "Deployment" && o.Name() == "velero":
		for _, c := range o.Get("spec", "template", "spec", "containers").Elements() {
			if c.Get("name").Is("velero") {
				return tagOf(c.Get("image").Str()), "the target runs"
			}
		}
	}
	return "", ""
}

// tagOf is the release in the tag of an image, without what a distribution adds to it.
func tagOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	_, tag, ok := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(tag, "-_+"); end >= 0 {
		tag = tag[:end]
	}
	return tag
}

// unreleased is the state of main that a profile was read from, "" where it is a release.
func unreleased(p actions.Profile) string {
	if !p.Unreleased() {
		return ""
	}
	return actions.MainOf
}
