package playground

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
)

// assets serves the files of the built Playground below a path that holds a hash
// of them all: a path never changes its content, so browsers keep it for ever.
type assets struct {
	prefix string // "/playground/<hash>/"
	files  http.Handler
}

const hashLength = 16

func newAssets(dist fs.FS) assets {
	hash := sha256.New()
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dist, name)
		hash.Write([]byte(name + "\x00"))
		hash.Write(content)
		return err
	})
	if err != nil {
		panic(err) // embedded files can be read
	}
	prefix := "/playground/" + hex.EncodeToString(hash.Sum(nil))[:hashLength] + "/"
	return assets{prefix: prefix, files: http.StripPrefix(prefix, http.FileServerFS(withoutPage{dist}))}
}

// path returns the path of the asset of this name.
func (a assets) path(name string) string { return a.prefix + name }

// ServeHTTP implements http.Handler.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	a.files.ServeHTTP(w, r) // takes the cache header back when there is no such file
}

// withoutPage hides the page's template, and so the listing of the folder, for
// which a file server would look for it.
type withoutPage struct{ fs.FS }

// Open implements fs.FS.
func (w withoutPage) Open(name string) (fs.File, error) {
	if name == "." || name == pageFile {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return w.FS.Open(name)
}
