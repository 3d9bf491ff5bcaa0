// Package examples holds the sample hub: documentation of eighteen fictitious
// learners in as many styles, with the hub.json that gives each file its owner,
// cohort and programme (see docs/hub-json.md). The files are embedded, so that
// `nexus serve --sample` needs nothing but the binary.
//
// Every text was written for this project; it names no real person or
// organisation. Other packages read the hub, none changes it.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed all:hub
var files embed.FS

// HubName is the name of the embedded folder: the first part of the source keys
// of its files, as if the folder had been given to `nexus import`.
const HubName = "hub"

// Hub returns the sample hub, rooted at its folder: it holds "hub.json" and
// "learner-01/README.md" to "learner-18/README.md".
func Hub() fs.FS {
	// fs.Sub fails only for a name that is no valid path.
	hub, _ := fs.Sub(files, HubName)
	return hub
}
