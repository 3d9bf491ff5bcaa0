package id

import (
	"io"

	"github.com/google/uuid"
)

func known(prefix string) bool {
	switch prefix {
	case "pr", "co", "mb", "us", "te", "cn", "do", "dr", "me", "ch", "so", "pc", "ti", "cl", "cm", "se", "at",
		"ev", "in", "no", "bm", "fo":
		return true
	default:
		return false
	}
}

// Program identifies a programme.
type Program struct{ uuid.UUID }

// Prefix implements Typed.
func (Program) Prefix() string { return "pr" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Program) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Program) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Cohort identifies a cohort.
type Cohort struct{ uuid.UUID }

// Prefix implements Typed.
func (Cohort) Prefix() string { return "co" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Cohort) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Cohort) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Membership identifies a membership.
type Membership struct{ uuid.UUID }

// Prefix implements Typed.
func (Membership) Prefix() string { return "mb" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Membership) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Membership) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// User identifies a user.
type User struct{ uuid.UUID }

// Prefix implements Typed.
func (User) Prefix() string { return "us" }

// MarshalGQL writes the id as a GraphQL ID.
func (i User) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *User) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Technology identifies a technology.
type Technology struct{ uuid.UUID }

// Prefix implements Typed.
func (Technology) Prefix() string { return "te" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Technology) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Technology) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Concept identifies a concept.
type Concept struct{ uuid.UUID }

// Prefix implements Typed.
func (Concept) Prefix() string { return "cn" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Concept) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Concept) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Document identifies a document.
type Document struct{ uuid.UUID }

// Prefix implements Typed.
func (Document) Prefix() string { return "do" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Document) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Document) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// DocumentRevision identifies a revision of a document.
type DocumentRevision struct{ uuid.UUID }

// Prefix implements Typed.
func (DocumentRevision) Prefix() string { return "dr" }

// MarshalGQL writes the id as a GraphQL ID.
func (i DocumentRevision) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *DocumentRevision) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Mention identifies a mention.
type Mention struct{ uuid.UUID }

// Prefix implements Typed.
func (Mention) Prefix() string { return "me" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Mention) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Mention) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Challenge identifies a challenge.
type Challenge struct{ uuid.UUID }

// Prefix implements Typed.
func (Challenge) Prefix() string { return "ch" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Challenge) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Challenge) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Solution identifies a solution.
type Solution struct{ uuid.UUID }

// Prefix implements Typed.
func (Solution) Prefix() string { return "so" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Solution) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Solution) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Practice identifies a practice.
type Practice struct{ uuid.UUID }

// Prefix implements Typed.
func (Practice) Prefix() string { return "pc" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Practice) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Practice) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Tip identifies a tip.
type Tip struct{ uuid.UUID }

// Prefix implements Typed.
func (Tip) Prefix() string { return "ti" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Tip) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Tip) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Channel identifies a channel.
type Channel struct{ uuid.UUID }

// Prefix implements Typed.
func (Channel) Prefix() string { return "cl" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Channel) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Channel) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// Comment identifies a comment.
type Comment struct{ uuid.UUID }

// Prefix implements Typed.
func (Comment) Prefix() string { return "cm" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Comment) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Comment) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// ChallengeCluster identifies a cluster of challenges; it is no Node.
type ChallengeCluster struct{ uuid.UUID }

// Prefix implements Typed.
func (ChallengeCluster) Prefix() string { return "cc" }

// Session identifies a session of a person who signed in.
type Session struct{ uuid.UUID }

// Prefix implements Typed.
func (Session) Prefix() string { return "se" }

// MarshalGQL writes the id as a GraphQL ID.
func (i Session) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *Session) UnmarshalGQL(v any) error { return unmarshal(i, v) }

// AccessToken identifies a personal access token.
type AccessToken struct{ uuid.UUID }

// Prefix implements Typed.
func (AccessToken) Prefix() string { return "at" }

// MarshalGQL writes the id as a GraphQL ID.
func (i AccessToken) MarshalGQL(w io.Writer) { marshal(w, i) }

// UnmarshalGQL reads a GraphQL ID.
func (i *AccessToken) UnmarshalGQL(v any) error { return unmarshal(i, v) }
