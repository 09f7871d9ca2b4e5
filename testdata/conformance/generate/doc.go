// Package generate makes random cases for the judge: backups that are valid and nasty, and restores of them with random
// options. One seed and number always give the same case, as text in the form of the kept ones, so that a difference
// can be kept as a file. Shrink makes a case small while a difference stays.
package generate
