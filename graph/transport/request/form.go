package request

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// The parts of a multipart request before its files.
const (
	partOperations = "operations"
	partMap        = "map"
)

// Uploads bounds multipart requests; zero fields have their defaults.
type Uploads struct {
	// File is the greatest size of a file in bytes, 5 MiB by default; Request that of
	// a whole request, 64 MiB by default.
	File, Request int64
	// Files is how many files a request may have, 100 by default.
	Files int
	// AtOnce is how many multipart requests are read and executed at once, 16 by
	// default: together they fill at most AtOnce × Request of the disk.
	AtOnce int
	// Folder is where files are kept while their request lasts; "" is that of the
	// system for temporary files.
	Folder string
}

// WithDefaults returns u with each zero field set to its default.
func (u Uploads) WithDefaults() Uploads {
	if u.File <= 0 {
		u.File = 5 << 20
	}
	if u.Request <= 0 {
		u.Request = 64 << 20
	}
	if u.Files <= 0 {
		u.Files = 100
	}
	if u.AtOnce <= 0 {
		u.AtOnce = 16
	}
	return u
}

// Form is a multipart request. Its files last until it is closed.
type Form struct {
	Params *graphql.RawParams
	// Variables are the names of those that hold files, sorted.
	Variables []string
	files     []*spooled
}

// Close removes the files.
func (f *Form) Close() {
	for _, file := range f.files {
		file.remove()
	}
	f.files = nil
}

// ReadForm reads a request as the GraphQL multipart request specification writes
// it: the parts operations, map and then the files, each of which goes to a
// temporary file as it arrives. operations and map have at most maxJSON bytes each.
// The caller closes the form; a refused one is closed already.
func ReadForm(ctx context.Context, body io.Reader, boundary string, maxJSON int64, limits Uploads) (*Form, *errs.Error) {
	r := formReader{ctx: ctx, parts: multipart.NewReader(body, boundary), limits: limits, form: &Form{}}
	if refusal := r.read(maxJSON); refusal != nil {
		r.form.Close()
		return nil, refusal
	}
	return r.form, nil
}

type formReader struct {
	ctx    context.Context //nolint:containedctx // it lasts as long as the reading
	parts  *multipart.Reader
	limits Uploads
	form   *Form
}

func (r *formReader) read(maxJSON int64) *errs.Error {
	operations, refusal := r.readJSON(partOperations, maxJSON)
	if refusal != nil {
		return refusal
	}
	if r.form.Params, refusal = decodeOperation(`"operations"`, operations); refusal != nil {
		return refusal
	}
	text, refusal := r.readJSON(partMap, maxJSON)
	if refusal != nil {
		return refusal
	}
	places, refusal := readMap(text, r.limits.Files, r.form.Params.Variables)
	if refusal != nil {
		return refusal
	}
	r.form.Variables = variablesOf(places)
	if refusal := r.readFiles(places); refusal != nil {
		return refusal
	}
	if len(places) > 0 {
		first := slices.Min(slices.Collect(maps.Keys(places)))
		return errs.BadUserInput(`The file %q of "map" is missing.`, PathName([]string{first}))
	}
	return nil
}

// readJSON reads the next part, which has to be the one of that name.
func (r *formReader) readJSON(name string, most int64) ([]byte, *errs.Error) {
	part, refusal := r.next()
	if refusal != nil {
		return nil, refusal
	}
	if part == nil || part.FormName() != name {
		return nil, errs.BadUserInput(`The parts must be "operations", "map" and then the files; %q is not in its place.`, name)
	}
	content, err := io.ReadAll(io.LimitReader(part, most+1))
	switch {
	case err != nil:
		return nil, r.refuse(err)
	case int64(len(content)) > most:
		return nil, errs.New(errs.CodePayloadTooLarge, "%q is larger than %d bytes.", name, most)
	}
	return content, nil
}

// readFiles reads the rest of the parts, and takes each that came out of places.
func (r *formReader) readFiles(places map[string][]place) *errs.Error {
	for {
		part, refusal := r.next()
		if part == nil || refusal != nil {
			return refusal
		}
		name := part.FormName()
		targets, wanted := places[name]
		if !wanted {
			return errs.BadUserInput(`The file %q is not in "map", or is there twice.`, PathName([]string{name}))
		}
		delete(places, name)
		file, refusal := r.spool(part, PathName([]string{name}))
		if refusal != nil {
			return refusal
		}
		for _, target := range targets {
			target.put(file.upload())
		}
	}
}

// next returns the next part, nil after the last one.
func (r *formReader) next() (*multipart.Part, *errs.Error) {
	part, err := r.parts.NextPart()
	switch {
	case err == io.EOF: // wrapped, it is an end that came too early
		return nil, nil
	case err != nil:
		return nil, r.refuse(err)
	}
	return part, nil
}

// refuse explains why reading or storing failed.
func (r *formReader) refuse(err error) *errs.Error {
	tooLarge, isTooLarge := errors.AsType[*http.MaxBytesError](err)
	_, isDisk := errors.AsType[*fs.PathError](err)
	over := r.ctx.Err()
	switch {
	case isTooLarge:
		return errs.New(errs.CodePayloadTooLarge, "The request is larger than %d bytes.", tooLarge.Limit)
	case errors.Is(over, context.DeadlineExceeded):
		return errs.New(errs.CodeTimeout, "The request did not arrive before its deadline.").Because(over)
	case over != nil:
		return errs.New(errs.CodeUnavailable, "The request was given up before it had arrived.").Because(over)
	case isDisk:
		return errs.New(errs.CodeUnavailable, "The file cannot be kept now; try again later.").Because(err).RetryIn(time.Minute)
	default:
		return errs.BadUserInput("The multipart body is malformed, or ended too early.").Because(err)
	}
}
