// Package chaos runs whole servers under attack and with faults: `make chaos`.
// Each run starts the binary as a process of its own, drives it over HTTP with a
// load that is bounded in number and time, prints what it counted and measured,
// and holds that against fixed bars. docs/reliability.md keeps the figures.
//
// The runs have the build tag chaos: they take minutes, and their times mean
// something only on a machine that does nothing else. They run one by one.
package chaos
