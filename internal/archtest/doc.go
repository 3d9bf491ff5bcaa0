// Package archtest holds the rules about the shape of the project as ordinary
// Go tests: who may import whom, package comments and names, sizes, and the
// traps of GORM that a linter cannot see.
//
// Invariants: each rule has its reason, which a failure prints; each rule is
// itself tested on a small made-up tree that breaks it. The rules read the
// source only, so that they also work while other code does not compile.
package archtest
