package playground

import (
	"embed"
	"io/fs"
)

// The pattern also matches dist.txt, which is committed: so it always matches
// something, and the package compiles before the Playground is built.
//
//go:embed dist*
var distFiles embed.FS

//go:embed examples
var exampleFiles embed.FS

//go:embed missing.html
var missingHTML string

// built returns the built Playground, nil when there is none.
func built() fs.FS {
	dist, err := fs.Sub(distFiles, "dist")
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(dist, pageFile); err != nil {
		return nil
	}
	return dist
}
