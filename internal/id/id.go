// Package id holds the typed, global ids of every entity.
//
// Each entity has a Go type of its own, so that an id of one entity cannot be
// passed where another is wanted, and a string never reaches a query. On the
// wire an id is a type prefix, an underscore and a UUIDv7 in its canonical form
// ("ch_01931c3e-…"): opaque to clients, unique over all types, as the Relay
// specification of global object identification asks. In the database it is
// the bare uuid.
package id

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/errs"
)

// Typed is any of the id types of this package.
type Typed interface {
	~struct{ uuid.UUID }
	// Prefix returns the type's prefix on the wire, without the underscore.
	Prefix() string
	String() string
}

// Node is an entity with a global id: what the schema calls Node.
type Node interface{ IsNode() }

// Any is a well-formed id whose type is known only at run time.
type Any struct {
	Prefix string
	UUID   uuid.UUID
}

// New returns a new id. Ids are UUIDv7: they sort by their time of creation.
func New[T Typed]() T {
	return T(struct{ uuid.UUID }{uuid.Must(uuid.NewV7())})
}

// Of returns the id of u.
func Of[T Typed](u uuid.UUID) T {
	return T(struct{ uuid.UUID }{u})
}

// Parse reads an id of any type.
// It returns BAD_USER_INPUT when s is no id.
func Parse(s string) (Any, error) {
	prefix, rest, found := strings.Cut(s, "_")
	u, err := uuid.Parse(rest)
	// uuid.Parse also takes braces, URNs and capitals: one object has one id.
	if !found || err != nil || u.String() != rest || !known(prefix) {
		return Any{}, errs.BadUserInput("%s is not an id of this API", quote(s))
	}
	return Any{Prefix: prefix, UUID: u}, nil
}

// As returns a as an id of type T, BAD_USER_INPUT when it is of another type.
func As[T Typed](a Any) (T, error) {
	var t T
	if a.Prefix != t.Prefix() {
		return t, errs.BadUserInput("%s is an id of another type: wanted %s_…", a, t.Prefix())
	}
	return Of[T](a.UUID), nil
}

// AnyOf returns t as an id whose type is known at run time.
func AnyOf[T Typed](t T) Any { return Any{Prefix: t.Prefix(), UUID: struct{ uuid.UUID }(t).UUID} }

// String returns the id as it stands on the wire.
func (a Any) String() string { return a.Prefix + "_" + a.UUID.String() }

// MarshalGQL writes the id as a GraphQL ID.
func (a Any) MarshalGQL(w io.Writer) { write(w, a.String()) }

// UnmarshalGQL reads a GraphQL ID.
func (a *Any) UnmarshalGQL(v any) (err error) {
	s, ok := v.(string)
	if !ok {
		return errs.BadUserInput("an id is a string")
	}
	*a, err = Parse(s)
	return err
}

func marshal[T Typed](w io.Writer, t T) { write(w, t.Prefix()+"_"+struct{ uuid.UUID }(t).String()) }

func unmarshal[T Typed](t *T, v any) error {
	var a Any
	if err := a.UnmarshalGQL(v); err != nil {
		return err
	}
	typed, err := As[T](a)
	*t = typed
	return err
}

func write(w io.Writer, s string) {
	// The writer is a response buffer; its error, if any, is the transport's.
	_, _ = io.WriteString(w, strconv.Quote(s))
}

// quote cuts what a client sent to a length that is fit for an error message.
func quote(s string) string {
	const longest = 60
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
