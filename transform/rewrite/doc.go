// Package rewrite writes a backup anew, so that a restore of it with no options gives what a restore of the original with
// these options gives. It takes each item through the stages of transform/internal/pipeline that run ahead of a restore.
package rewrite
