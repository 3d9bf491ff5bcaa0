// Package bench measures times, memory and throughput of the whole: run it by
// `make bench`. It holds benchmarks only; what must always hold is tested next
// to the code.
//
// Figures beyond ns/op carry their unit in their name, such as READMEs/s. What
// is measured without a database runs on one core, as the figures of the
// project are stated.
package bench
