package source

import (
	"io"
	"io/fs"
	"path"
	"strings"
)

// walk finds the documents of a folder. name is the folder's part of the source
// keys, shown is how messages name the folder.
func walk(fsys fs.FS, name, shown string) Batch {
	batch := Batch{Path: shown}
	visit := func(below string, entry fs.DirEntry, err error) error {
		if err != nil {
			if below == "." {
				return err
			}
			batch.add(unreadableFile(name, shown, below, err))
			return nil
		}
		if below == "." {
			return nil
		}
		if reason := ignored(path.Base(below), entry.IsDir()); reason != "" {
			batch.skip(shown, below, reason)
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		batch.sort(fileOf(fsys, name, shown, below, entry), entry.Type())
		return nil
	}
	if err := fs.WalkDir(fsys, ".", visit); err != nil {
		return Batch{Path: shown, Err: unreadable(err)}
	}
	return batch
}

func fileOf(fsys fs.FS, name, shown, below string, entry fs.DirEntry) File {
	size := int64(-1)
	if info, err := entry.Info(); err == nil {
		size = info.Size()
	}
	return File{
		Path: path.Join(shown, below), Source: clean(name + "/" + below), Below: clean(below), size: size,
		open: func() (io.ReadCloser, error) { return fsys.Open(below) },
	}
}

// unreadableFile is a file whose reading fails with err: it is reported among
// the others, which are imported all the same.
func unreadableFile(name, shown, below string, err error) File {
	return File{
		Path: path.Join(shown, below), Source: clean(name + "/" + below), Below: clean(below), size: -1,
		open: func() (io.ReadCloser, error) { return nil, err },
	}
}

// sort puts a file where it belongs: a document, hub.json or skipped.
func (b *Batch) sort(f File, mode fs.FileMode) {
	switch {
	case mode&fs.ModeSymlink != 0:
		b.Skipped = append(b.Skipped, Skip{f.Path, "is a symbolic link"})
	case !mode.IsRegular():
		b.Skipped = append(b.Skipped, Skip{f.Path, "is not a regular file"})
	case f.Below == HubFile:
		b.Hub = &f
	case f.Below == "hub.schema.json":
		// The schema of hub.json is for editors.
	case !isDocument(path.Base(f.Below)):
		b.Skipped = append(b.Skipped, Skip{f.Path, notDocument(f.Below)})
	default:
		b.add(f)
	}
}

func (b *Batch) add(f File) { b.Files = append(b.Files, f) }

func (b *Batch) skip(shown, below, reason string) {
	b.Skipped = append(b.Skipped, Skip{path.Join(shown, below), reason})
}

func notDocument(below string) string {
	if path.Base(below) == HubFile {
		return "counts at the top of the given folder only"
	}
	return "is no Markdown file"
}

// isDocument reports whether a file of a folder is imported, by its name.
func isDocument(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".markdown") || strings.HasPrefix(name, "readme")
}

// ignored says why a file or folder is left out whatever it holds; empty when
// it is not. What tools have put beside the documents is nobody's writing.
func ignored(name string, dir bool) string {
	switch {
	case strings.HasPrefix(name, "."):
		return "is hidden"
	case dir && (name == "node_modules" || name == "__MACOSX"):
		return "holds files of tools"
	default:
		return ""
	}
}
