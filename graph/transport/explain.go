package transport

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// maxRequestErrors bounds the errors of one refused request: a document of
// nothing but mistakes would otherwise be answered by a hundred times its size.
const maxRequestErrors = 20

// maxMessage bounds the text of one request error, in bytes: names and literals
// of the document are quoted in it, and may be as long as the document.
const maxMessage = 300

// explain makes the executor's request errors fit for clients: operationName
// and variables get messages of our own, as the parser's name Go types and
// repeat values; suggestions are cut unless wanted.
func explain(operation *graphql.OperationContext, list gqlerror.List, suggestions bool) gqlerror.List {
	if operation.Doc != nil && operation.Operation == nil {
		return gqlerror.List{toGraphQL(explainOperationName(operation))}
	}
	list = list[:min(len(list), maxRequestErrors)]
	explained := make(gqlerror.List, 0, len(list))
	for _, err := range list {
		if refusal := explainVariable(err); refusal != nil {
			explained = append(explained, toGraphQL(refusal))
			continue
		}
		tidy := *err
		tidy.Message = tidyMessage(&tidy, suggestions)
		if e := errs.As(err); e != nil { // the presenter shows its text
			shown := *e
			shown.Message = tidy.Message
			tidy.Err = &shown
		}
		explained = append(explained, &tidy)
	}
	return explained
}

// tidyMessage returns the parser's or validator's text without suggestions,
// unless wanted, and not much longer than maxMessage.
func tidyMessage(err *gqlerror.Error, suggestions bool) string {
	message := err.Message
	if !suggestions {
		message, _, _ = strings.Cut(message, " Did you mean ")
	}
	if codeOf(err) == errs.CodeGraphQLParseFailed {
		message = hideString(message)
	}
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	return message
}

// hideString removes the string that a syntax error stopped at: a quote in the
// wrong place turns any text of the client, a password too, into one.
func hideString(message string) string {
	if before, _, found := strings.Cut(message, `String "`); found {
		return before + "String"
	}
	return message
}

// explainOperationName tells why no operation of the document was chosen.
func explainOperationName(operation *graphql.OperationContext) *errs.Error {
	if operation.OperationName == "" {
		return errs.BadUserInput(`The document holds several operations; name one of them in "operationName".`)
	}
	return errs.BadUserInput(`"operationName" names no operation of the document.`)
}

// explainVariable rewrites an error about a variable, which the parser marks by
// a path that starts with "variable"; it returns nil for any other error.
func explainVariable(err *gqlerror.Error) *errs.Error {
	if len(err.Path) < 2 || err.Path[0] != ast.PathName("variable") || errs.As(err) != nil {
		return nil //nolint:nilerr // an error of another kind is not rewritten
	}
	path := make([]string, 0, len(err.Path)-1)
	for _, step := range err.Path[1:] {
		path = append(path, fmt.Sprint(step))
	}
	return errs.BadUserInput("Variable %q %s.", "$"+request.PathName(path), explainMismatch(err.Message)).At(path...)
}

// explainMismatch turns the parser's text about a value into ours, keeping no
// more of it than the name of the schema's type.
func explainMismatch(message string) string {
	switch message {
	case "must be defined":
		return "is required"
	case "cannot be null":
		return "must not be null"
	case "unknown field":
		return "is not a field of its input type"
	case "must an input type":
		return "is not declared with an input type"
	}
	if text, ok := strings.CutPrefix(message, "must be a "); ok {
		name, _, _ := strings.Cut(text, ",")
		return "must be an object of type " + name
	}
	if name, ok := afterLast(message, " is not a valid "); ok {
		return "must be a value of the enum " + name
	}
	if name, ok := afterLast(message, " as "); ok && strings.HasPrefix(message, "cannot use ") {
		name, _, _ = strings.Cut(name, ":")
		return "must be a value of type " + name
	}
	return "does not fit its type"
}

// afterLast returns what follows the last separator: what stands before it may
// hold the client's own text.
func afterLast(s, separator string) (after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[i+len(separator):], true
	}
	return "", false
}

// toGraphQL gives e the shape of a GraphQL error and keeps it in the chain, so
// that the presenter sees it too.
func toGraphQL(e *errs.Error) *gqlerror.Error {
	extensions := map[string]any{"code": string(e.Code)}
	if len(e.Path) > 0 {
		extensions["argument"] = e.Path
	}
	return &gqlerror.Error{Err: e, Message: e.Message, Extensions: extensions}
}
