// Package deploy tests the files that bring Nexus into containers and into CI,
// without a container engine: what they promise is read back from them.
package deploy
