// Package source finds the files of an import: given files, folders, zip
// archives, file systems of the program, and a reader such as standard input.
//
// Invariants: nothing is read before it is asked for, and never more than the
// greatest document; a folder is never left through a symbolic link; an archive
// that breaks a limit is refused whole, before any of its files can be read;
// the order of files depends on their names alone.
//
// A source key is built from names: `<folder>/<path below it>` for a folder,
// `<parent>/<file>` for a file, `<stem>/<path inside>` for an archive. Names
// are normalised to Unicode NFC, so that a file has one key on every machine.
//
// Errors: BAD_USER_INPUT for what cannot be imported, NOT_FOUND for what is not
// there, PAYLOAD_TOO_LARGE for what is beyond a limit; all name the reason, and
// the caller names the file.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/ingest"
)

// HubFile is the name of the file that says whose the other files are.
const HubFile = "hub.json"

// File is a document that can be imported.
type File struct {
	// Path is how messages name the file.
	Path string
	// Source is the part of the source key that comes from names.
	Source string
	// Below is the path below the folder or inside the archive, with forward
	// slashes; empty for a file that was given by itself.
	Below string

	size int64 // as far as it is known without reading; -1 where it is not
	open func() (io.ReadCloser, error)
}

// Read returns the content of the file. It returns PAYLOAD_TOO_LARGE, without
// reading further, for one that is larger than a document may be.
func (f File) Read() ([]byte, error) {
	if f.size > ingest.MaxSize {
		return nil, tooLarge()
	}
	r, err := f.open()
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = r.Close() }()
	content, err := io.ReadAll(io.LimitReader(r, ingest.MaxSize+1))
	if err != nil {
		return nil, unreadable(err)
	}
	if len(content) > ingest.MaxSize {
		return nil, tooLarge()
	}
	return content, nil
}

// Skip is something below a folder that is not imported.
type Skip struct {
	Path   string
	Reason string
}

// Batch is what one input holds.
type Batch struct {
	// Path is how messages name the input.
	Path    string
	Files   []File
	Skipped []Skip
	// Hub is hub.json at the top of a folder or an archive, or nil.
	Hub *File
	// Err is set when nothing of the input can be imported.
	Err error

	close func() error
}

// Input is one thing to import.
type Input func() Batch

// Reader imports what r yields under the given source key.
func Reader(key string, r io.Reader) Input {
	return func() Batch {
		open := func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
		return Batch{Path: key, Files: []File{{Path: key, Source: clean(key), size: -1, open: open}}}
	}
}

// Bytes imports content under the given source key.
func Bytes(key string, content []byte) Input { return Reader(key, bytes.NewReader(content)) }

// FS imports the files of fsys as if it were a folder of the given name.
func FS(name string, fsys fs.FS) Input {
	return func() Batch { return walk(fsys, name, name) }
}

// Collect finds the files of all inputs. The caller closes the result.
func Collect(inputs []Input) Batches {
	batches := make(Batches, len(inputs))
	for i, input := range inputs {
		batches[i] = input()
	}
	return batches
}

// Batches is what the inputs of one import hold, in their order.
type Batches []Batch

// Close closes folders and archives; files cannot be read any more.
func (b Batches) Close() error {
	var err error
	for _, batch := range b {
		if batch.close != nil {
			err = errors.Join(err, batch.close())
		}
	}
	return err
}

// clean makes a name fit for a source key.
func clean(name string) string {
	return norm.NFC.String(strings.ToValidUTF8(name, "\uFFFD"))
}

func tooLarge() error {
	return errs.New(errs.CodePayloadTooLarge, "is larger than %d MiB", ingest.MaxSize>>20)
}

// unreadable says why a file cannot be read, without repeating its name.
func unreadable(err error) error {
	if errs.As(err) != nil {
		return err
	}
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errs.NotFound("there is no such file or folder")
	}
	return errs.BadUserInput("cannot be read: %s", fmt.Sprint(err))
}
