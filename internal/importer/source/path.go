package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
)

// Path imports a file, a folder or a zip archive of the machine.
func Path(given string) Input {
	return func() Batch {
		batch, err := fromPath(given)
		if err != nil {
			return Batch{Path: given, Err: unreadable(err)}
		}
		return batch
	}
}

func fromPath(given string) (Batch, error) {
	absolute, err := filepath.Abs(given)
	if err != nil {
		return Batch{}, err
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return Batch{}, err
	}
	switch {
	case info.IsDir():
		return fromFolder(given, absolute)
	case !info.Mode().IsRegular():
		// A pipe would block, a device might never end.
		return Batch{}, errs.BadUserInput("is neither a file nor a folder")
	case filepath.Base(absolute) == HubFile:
		return Batch{}, errs.BadUserInput("is no document: give the folder that it describes")
	}
	archive, err := isArchive(absolute)
	if err != nil {
		return Batch{}, err
	}
	if archive {
		return fromArchive(given, absolute)
	}
	return Batch{Path: given, Files: []File{{
		Path: given, Source: clean(folderName(filepath.Dir(absolute)) + "/" + filepath.Base(absolute)), size: info.Size(),
		open: func() (io.ReadCloser, error) { return os.Open(absolute) },
	}}}, nil
}

func fromFolder(given, absolute string) (Batch, error) {
	// A Root opens nothing outside of the folder, whatever links say.
	root, err := os.OpenRoot(absolute)
	if err != nil {
		return Batch{}, err
	}
	batch := walk(root.FS(), folderName(absolute), given)
	batch.close = root.Close
	return batch, nil
}

// folderName is a folder's part of a source key; the root of the machine, which
// has no name, counts as "root".
func folderName(absolute string) string {
	name := filepath.Base(absolute)
	if name == string(filepath.Separator) || name == "." {
		return "root"
	}
	return name
}

// isArchive tells a zip archive by its name or its first bytes.
func isArchive(absolute string) (bool, error) {
	if strings.EqualFold(filepath.Ext(absolute), ".zip") {
		return true, nil
	}
	f, err := os.Open(absolute)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	start := make([]byte, len(zipSignature))
	if _, err := io.ReadFull(f, start); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		return false, err
	}
	return bytes.Equal(start, []byte(zipSignature)), nil
}
