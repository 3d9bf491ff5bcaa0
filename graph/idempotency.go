package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/idempotency"
)

const (
	idempotencyHeader = "Idempotency-Key"
	replayedHeader    = "Idempotency-Replayed"
)

// repeatable answers a mutation that comes again under its Idempotency-Key with
// the answer of the first time. Mutation, answer and key are one transaction,
// which is committed before anything is sent. What had no effect is not kept.
type repeatable struct {
	store       *idempotency.Store
	permissions permissions
	// secrets are the mutations that take no key, by name.
	secrets map[string]bool
}

func newRepeatable(store *idempotency.Store, schema *ast.Schema) repeatable {
	return repeatable{store, readPermissions(schema), secretMutations(schema)}
}

// keyed is an operation that has a key.
type keyed struct {
	request idempotency.Request
	// done is set when the mutation itself has succeeded.
	done bool
}

// ExtensionName implements graphql.HandlerExtension.
func (repeatable) ExtensionName() string { return "Idempotency" }

// Validate implements graphql.HandlerExtension.
func (repeatable) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses what cannot be repeated. Queries and requests
// without a key pass.
func (r repeatable) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	given := o.Headers.Values(idempotencyHeader)
	if r.store == nil || len(given) == 0 || o.Operation.Operation != ast.Mutation {
		return nil
	}
	request, err := r.request(ctx, o, strings.Join(given, ", "))
	if err != nil {
		return refusalOf(err)
	}
	o.Stats.SetExtension(r.ExtensionName(), &keyed{request: request})
	return nil
}

func (r repeatable) request(ctx context.Context, o *graphql.OperationContext, key string) (request idempotency.Request, err error) {
	if err := idempotency.CheckKey(key); err != nil {
		return request, err
	}
	mutation, err := onlyMutation(o)
	if err != nil {
		return request, err
	}
	if r.secrets[mutation] {
		return request, errs.BadUserInput("%s takes no %s: it is about credentials, which are not kept.", mutation, idempotencyHeader)
	}
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeRead)
	if err == nil {
		err = r.permissions.check(ctx, "Mutation", mutation)
	}
	if err != nil {
		return request, err
	}
	sum, err := fingerprint(o)
	return idempotency.Request{Owner: *actor.User, Key: key, Fingerprint: sum}, err
}

// InterceptField notes whether the mutation itself has succeeded: without an
// error, and with nothing wrong with its input.
func (r repeatable) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	payload, err := next(ctx)
	if k := r.of(ctx); k != nil && graphql.GetFieldContext(ctx).Object == "Mutation" {
		k.done = err == nil && !hasUserErrors(payload)
	}
	return payload, err
}

func hasUserErrors(payload any) bool {
	value := reflect.Indirect(reflect.ValueOf(payload))
	if value.Kind() != reflect.Struct {
		return true
	}
	list := value.FieldByName("UserErrors")
	return list.IsValid() && list.Len() > 0
}

// errNoEffect undoes a mutation whose answer says that nothing was done.
var errNoEffect = errors.New("the mutation had no effect")

// InterceptResponse executes the operation, or answers what it was answered with.
func (r repeatable) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	k := r.of(ctx)
	if k == nil {
		return next(ctx)
	}
	var response *graphql.Response
	kept, replayed, err := r.store.Once(ctx, k.request, func(ctx context.Context) (string, error) {
		response = next(withTurns(ctx))
		switch {
		case response == nil || !k.done:
			return "", errNoEffect
		case hasFault(response):
			response.Data = json.RawMessage("null") // what it tells of is undone
			return "", errNoEffect
		}
		text, err := transport.Encode(&graphql.Response{Data: response.Data, Errors: response.Errors})
		return string(text), err
	})
	if err == nil && replayed {
		response, err = replay(ctx, kept)
	}
	if err != nil && !errors.Is(err, errNoEffect) {
		graphql.AddError(ctx, err)
		all := graphql.GetErrors(ctx)
		return &graphql.Response{Errors: all[len(all)-1:]}
	}
	return response
}

// of returns the key of an operation, nil when it has none.
func (r repeatable) of(ctx context.Context) *keyed {
	k, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(r.ExtensionName()).(*keyed)
	return k
}

// hasFault reports whether a part of the answer is missing that another try may
// have.
func hasFault(response *graphql.Response) bool {
	for _, err := range response.Errors {
		code, _ := err.Extensions["code"].(string)
		switch errs.Code(code) {
		case errs.CodeInternal, errs.CodeTimeout, errs.CodeUnavailable, "":
			return true
		}
	}
	return false
}

func replay(ctx context.Context, kept string) (*graphql.Response, error) {
	var answer struct {
		Data   json.RawMessage
		Errors gqlerror.List
	}
	if err := json.Unmarshal([]byte(kept), &answer); err != nil {
		return nil, err
	}
	if header, ok := ctx.Value(headerKey{}).(http.Header); ok {
		header.Set(replayedHeader, "true")
	}
	return &graphql.Response{Data: answer.Data, Errors: answer.Errors}, nil
}
