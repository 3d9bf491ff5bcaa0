package transport

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// post serves every POST, if only to tell why it is refused.
type post struct{ options Options }

// Supports reports whether r is a POST, of whatever content type.
func (t post) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost
}

// Do answers the operation in the body.
func (t post) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	a, ok := newAnswer(w, r, "no-store")
	if !ok {
		return
	}
	params, refusal := readPost(w, r, t.options.MaxBody)
	if refusal != nil {
		a.refuse(refusal)
		return
	}
	t.options.execute(a, r, exec, params)
}

// readPost reads the operation in a body of at most limit bytes.
func readPost(w http.ResponseWriter, r *http.Request, limit int64) (*graphql.RawParams, *errs.Error) {
	start := graphql.Now()
	if refusal := checkContentType(w, r); refusal != nil {
		return nil, refusal
	}
	body, refusal := readBody(w, r, limit)
	if refusal != nil {
		return nil, refusal
	}
	params, refusal := request.Decode(body)
	if refusal != nil {
		return nil, refusal
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, nil
}

// checkContentType lets only plain JSON in UTF-8 pass: of all types, a page of
// another origin cannot send this one without a preflight.
func checkContentType(w http.ResponseWriter, r *http.Request) *errs.Error {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != mediaJSON {
		return errs.New(errs.CodeUnsupportedMediaType, "Send the operation as JSON with Content-Type: application/json.")
	}
	if charset, ok := params["charset"]; ok && !isUTF8(charset) {
		return errs.New(errs.CodeUnsupportedMediaType, "Send the body in UTF-8.")
	}
	return checkEncoding(w, r)
}

// checkEncoding refuses compressed bodies: no limit says how great they become.
func checkEncoding(w http.ResponseWriter, r *http.Request) *errs.Error {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		w.Header().Set("Accept-Encoding", "identity")
		return errs.New(errs.CodeUnsupportedMediaType, "Send the body without a Content-Encoding.")
	}
	return nil
}

// isUTF8 reports whether charset names UTF-8 or its subset ASCII.
func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "utf-8", "utf8", "us-ascii":
		return true
	}
	return false
}

// readBody reads at most limit bytes. It returns PAYLOAD_TOO_LARGE for more,
// at once where Content-Length tells, and BAD_USER_INPUT for a broken body.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *errs.Error) {
	tooLarge := errs.New(errs.CodePayloadTooLarge, "The request body is larger than %d bytes.", limit)
	if r.ContentLength > limit {
		return nil, tooLarge
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, tooLarge
	}
	if err != nil {
		return nil, errs.BadUserInput("The request body could not be read to its end.").Because(err)
	}
	return body.Bytes(), nil
}
