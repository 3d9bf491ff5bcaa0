package limit

import (
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/project-nexus/nexus/internal/errs"
)

// CheckDocument refuses a document that is beyond the limits. One that is no
// GraphQL passes: the executor's parser says better what is wrong with it.
func (l Limits) CheckDocument(query string) error {
	source := &ast.Source{Input: query}
	if l.hasTooManyTokens(source) {
		return tooComplex("The document has more than %d tokens.", l.Tokens)
	}
	document, err := parser.ParseQuery(source)
	if err != nil {
		return nil //nolint:nilerr // the executor parses it again and answers that
	}
	for _, check := range []func(*ast.QueryDocument) error{l.checkText, l.checkExtent, l.checkScopes} {
		if err := check(document); err != nil {
			return err
		}
	}
	return nil
}

func (l Limits) hasTooManyTokens(source *ast.Source) bool {
	tokens := lexer.New(source)
	for range l.Tokens {
		token, err := tokens.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return false
		}
	}
	token, err := tokens.ReadToken()
	return err == nil && token.Kind != lexer.EOF
}

// checkText bounds what stands in the document itself, fragments not expanded:
// directives, the lengths of lists and of names that the schema would have.
func (l Limits) checkText(document *ast.QueryDocument) error {
	t := text{list: l.ListInput}
	for _, operation := range document.Operations {
		for _, variable := range operation.VariableDefinitions {
			t.name(variable.Type.Name())
			t.value(variable.DefaultValue)
			t.addDirectives(variable.Directives)
		}
		t.addDirectives(operation.Directives)
		t.selections(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		t.name(fragment.TypeCondition)
		t.addDirectives(fragment.Directives)
		t.selections(fragment.SelectionSet)
	}
	if t.directives > l.Directives {
		return tooComplex("The document has more than %d directives.", l.Directives)
	}
	return t.err
}

// text is a walk over a document as it is written.
type text struct {
	list       int // greatest length of a list
	directives int
	err        error
}

func (t *text) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			t.name(s.Name)
			t.arguments(s.Arguments)
			t.addDirectives(s.Directives)
			t.selections(s.SelectionSet)
		case *ast.InlineFragment:
			t.name(s.TypeCondition)
			t.addDirectives(s.Directives)
			t.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			t.addDirectives(s.Directives)
		}
	}
}

func (t *text) name(name string) {
	if len(name) > longestName && t.err == nil {
		t.err = errs.New(errs.CodeGraphQLInvalid, "The schema has no name as long as %q.", short(name))
	}
}

// inputName is name for what stands in a value, which is input of the client.
func (t *text) inputName(name string) {
	if len(name) > longestName && t.err == nil {
		t.err = errs.BadUserInput("The schema has no input field and no enum value as long as %q.", short(name))
	}
}

func (t *text) addDirectives(list ast.DirectiveList) {
	t.directives += len(list)
	for _, directive := range list {
		t.name(directive.Name)
		t.arguments(directive.Arguments)
	}
}

func (t *text) arguments(list ast.ArgumentList) {
	for _, argument := range list {
		t.name(argument.Name)
		t.value(argument.Value)
	}
}

func (t *text) value(v *ast.Value) {
	if v == nil {
		return
	}
	if v.Kind == ast.EnumValue {
		t.inputName(v.Raw)
	}
	if v.Kind == ast.ListValue && len(v.Children) > t.list && t.err == nil {
		t.err = tooLong(t.list, len(v.Children))
	}
	for _, child := range v.Children {
		t.inputName(child.Name)
		t.value(child.Value)
	}
}

func tooComplex(format string, args ...any) *errs.Error {
	return errs.New(errs.CodeQueryTooComplex, format, args...)
}

// short cuts a name of the document, which may be as long as the document.
func short(name string) string {
	const most = 60
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	return string([]rune(name)[:most]) + "…"
}
