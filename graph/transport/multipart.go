package transport

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

const mediaForm = "multipart/form-data"

// multipart serves POSTs with files, as the GraphQL multipart request
// specification has them.
type multipart struct {
	options Options
	// slots are taken while a request is read and executed.
	slots chan struct{}
}

func newMultipart(o Options) multipart {
	return multipart{options: o, slots: make(chan struct{}, o.Uploads.AtOnce)}
}

// Supports reports whether r is a multipart form.
func (t multipart) Supports(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return r.Method == http.MethodPost && err == nil && media == mediaForm
}

// Do answers the operation in the form, with its files. They are gone when the
// answer is written.
func (t multipart) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	a, ok := newAnswer(w, r, "no-store")
	if !ok {
		return
	}
	if !isMarked(r) {
		a.refuse(errs.New(errs.CodeForbidden, "Send a multipart request with the header Nexus-Preflight: 1, which no page of another origin can."))
		return
	}
	if refusal := checkEncoding(w, r); refusal != nil {
		a.refuse(refusal)
		return
	}
	select {
	case t.slots <- struct{}{}:
		defer func() { <-t.slots }()
	default:
		refusal := errs.New(errs.CodeUnavailable, "There are too many uploads now; try again later.").RetryIn(time.Second)
		retryAfter(w.Header(), refusal.RetryAfter)
		a.refuse(refusal)
		return
	}
	start := graphql.Now()
	form, refusal := t.read(w, r)
	if refusal != nil {
		a.refuse(refusal)
		return
	}
	defer form.Close()
	form.Params.Headers = r.Header
	form.Params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	t.options.execute(a, r, exec, form.Params, form.Variables...)
}

// isMarked reports whether a request has a header that pages of other origins can
// send after a preflight alone. They can send the form itself without one.
func isMarked(r *http.Request) bool {
	return r.Header.Get("Nexus-Preflight") != "" || r.Header.Get("Apollo-Require-Preflight") != ""
}

func (t multipart) read(w http.ResponseWriter, r *http.Request) (*request.Form, *errs.Error) {
	limits := t.options.Uploads
	if r.ContentLength > limits.Request {
		return nil, errs.New(errs.CodePayloadTooLarge, "The request is larger than %d bytes.", limits.Request)
	}
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, errs.BadUserInput("The Content-Type has no boundary.").Because(err)
	}
	// A read that waits for the client ends with the request's context too.
	stop := context.AfterFunc(r.Context(), func() {
		_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
	})
	defer stop()
	return request.ReadForm(r.Context(), http.MaxBytesReader(w, r.Body, limits.Request), params["boundary"], t.options.MaxBody, limits)
}

// checkUploads refuses files in variables that the operation does not declare:
// they would be dropped in silence. The other rules about variables hold for files
// as well, so that one in the place of a text is refused by its type.
func checkUploads(operation *ast.OperationDefinition, variables []string) *errs.Error {
	for _, name := range variables {
		if operation.VariableDefinitions.ForName(name) == nil {
			return errs.BadUserInput("Variable %q takes a file, but the operation does not declare it.", "$"+request.PathName([]string{name}))
		}
	}
	return nil
}
