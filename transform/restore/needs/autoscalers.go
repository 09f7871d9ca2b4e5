package needs

// readAutoscaler reads what a HorizontalPodAutoscaler scales.
func readAutoscaler(u *User, tell func(Need)) {
	target := u.Object.Get("spec", "scaleTargetRef")
	if resource := u.Resolve(target.Get("apiVersion").Str(), target.Get("kind").Str()); resource != "" {
		named(tell, resource, u.Namespace, target.Get("name"), Awaited, "the autoscaler scales nothing")
	}
}
