#!/bin/sh
# Collects what veltx asks of the cluster that a restore goes to, into target.tar.gz (or the file that is named).
# It needs kubectl alone, reads only, and takes no values of Secrets and ConfigMaps: their names, types and key names.
#
#   sh collect.sh [FILE] [kubectl flags, such as --context production]
set -eu

out=target.tar.gz
case ${1:-} in
'' | -*) ;;
*)
	out=$1
	shift
	;;
esac

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$dir/target"

# ask FILE ARGUMENTS keeps what kubectl answers; what it may not read, or the cluster does not have, is left out.
ask() {
	file=$1
	shift
	if kubectl "$@" >"$dir/target/$file" 2>"$dir/error"; then
		return
	fi
	rm -f "$dir/target/$file"
	printf 'not read: %s: %s\n' "$file" "$(head -n 1 "$dir/error")" >&2
}

# When.
date -u '+collected: "%Y-%m-%dT%H:%M:%SZ"' >"$dir/target/collected.yaml"

# What is served.
ask version.json "$@" version -o json
ask groups.json "$@" get --raw /apis
ask api-versions.txt "$@" api-versions
if [ -f "$dir/target/api-versions.txt" ]; then
	while read -r version; do
		case $version in
		*/*) path=/apis/$version ;;
		*) path=/api/$version ;;
		esac
		ask "api-$(printf %s "$version" | tr / -).json" "$@" get --raw "$path" </dev/null
	done <"$dir/target/api-versions.txt"
fi

# What decides on others.
for resource in namespaces nodes persistentvolumes storageclasses.storage.k8s.io csidrivers.storage.k8s.io csinodes.storage.k8s.io \
	volumesnapshotclasses.snapshot.storage.k8s.io ingressclasses.networking.k8s.io servicecidrs.networking.k8s.io \
	priorityclasses.scheduling.k8s.io runtimeclasses.node.k8s.io customresourcedefinitions.apiextensions.k8s.io \
	apiservices.apiregistration.k8s.io mutatingwebhookconfigurations.admissionregistration.k8s.io \
	validatingwebhookconfigurations.admissionregistration.k8s.io validatingadmissionpolicies.admissionregistration.k8s.io \
	validatingadmissionpolicybindings.admissionregistration.k8s.io; do
	ask "$resource.yaml" "$@" get "$resource" -o yaml
done
for resource in services serviceaccounts resourcequotas limitranges persistentvolumeclaims; do
	ask "$resource.yaml" "$@" get "$resource" -A -o yaml
done

# Names, types and key names.
keys='{{range .items}}{{printf "---\napiVersion: v1\nkind: KIND\nmetadata: {name: %q, namespace: %q}\n" .metadata.name .metadata.namespace}}{{if .type}}{{printf "type: %q\n" .type}}{{end}}{{if .data}}{{printf "data:\n"}}{{range $key, $value := .data}}{{printf "  %q: \"\"\n" $key}}{{end}}{{end}}{{end}}'
ask secrets.yaml "$@" get secrets -A -o go-template="$(printf %s "$keys" | sed s/KIND/Secret/)"
ask configmaps.yaml "$@" get configmaps -A -o go-template="$(printf %s "$keys" | sed s/KIND/ConfigMap/)"

tar -C "$dir" -czf "$out" target
printf 'wrote %s: look at it with veltx target show %s\n' "$out" "$out" >&2
