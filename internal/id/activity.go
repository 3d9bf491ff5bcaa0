package id

import (
	"io"

	"github.com/google/uuid"
)

// Event identifies an entry of the change log.
type Event struct{ uuid.UUID }

// Prefix implements Typed.
func (Event) Prefix() string { return "ev" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Event) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Event) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Invitation identifies an invitation to a cohort.
type Invitation struct{ uuid.UUID }

// Prefix implements Typed.
func (Invitation) Prefix() string { return "in" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Invitation) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Invitation) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Notification identifies a notification.
type Notification struct{ uuid.UUID }

// Prefix implements Typed.
func (Notification) Prefix() string { return "no" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Notification) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Notification) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Bookmark identifies a bookmark.
type Bookmark struct{ uuid.UUID }

// Prefix implements Typed.
func (Bookmark) Prefix() string { return "bm" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Bookmark) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Bookmark) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Follow identifies what makes a person follow something.
type Follow struct{ uuid.UUID }

// Prefix implements Typed.
func (Follow) Prefix() string { return "fo" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Follow) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Follow) UnmarshalGQL(v any) error { return unmarshal(i, v) }
