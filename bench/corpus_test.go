package bench

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/examples"
)

// corpus is the folder of NEXUS_CORPUS_DIR, else the sample hub.
func corpus() fs.FS {
	if dir := os.Getenv("NEXUS_CORPUS_DIR"); dir != "" {
		return os.DirFS(dir)
	}
	return examples.Hub()
}

// documents returns the Markdown files of the corpus.
func documents(b *testing.B) [][]byte {
	b.Helper()
	files := corpus()
	var list [][]byte
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".md") {
			return err
		}
		content, err := fs.ReadFile(files, path)
		list = append(list, content)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	if len(list) == 0 {
		b.Fatal("the corpus holds no *.md file: see NEXUS_CORPUS_DIR")
	}
	return list
}
