// Package survey looks at many backups of a store, one after the other or several at once, and keeps a line of each. Shares
// of a store can be looked at apart from each other, and their reports joined.
package survey
