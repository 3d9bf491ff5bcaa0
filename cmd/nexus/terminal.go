package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether out is a screen that a person looks at.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
