// Package user serves the public profiles of people.
//
// Sign-in data are no part of a user. Everybody may see every profile whose
// account is not deleted.
//
// Errors: NOT_FOUND for an absent handle, those of package page for lists.
package user

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// UserRole is what a person may do in the whole hub.
type UserRole string

// The roles.
const (
	RoleUser  UserRole = "USER"
	RoleAdmin UserRole = "ADMIN"
)

// User is a person: the public profile.
type User struct {
	ID          id.User
	Handle      string
	DisplayName string
	Bio         *string
	AvatarURL   *string
	Role        UserRole
	Version     int32
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time
	EditedAt    *time.Time
}

// TableName avoids a reserved word of SQL.
func (*User) TableName() string { return "app_user" }

// IsNode marks a GraphQL Node.
func (*User) IsNode() {}

// IsFollowSubject marks what can be followed.
func (*User) IsFollowSubject() {}

// BioHTML returns the bio as sanitised HTML.
func (u *User) BioHTML() *string { return markdown.Optional(u.Bio) }

// UserFilter says which people to list.
type UserFilter struct {
	Cohort *id.Cohort
}

// UpdateProfileInput is what UpdateProfile takes: what is absent stays, null clears.
type UpdateProfileInput struct {
	Handle      graphql.Omittable[*string]
	DisplayName graphql.Omittable[*string]
	Bio         graphql.Omittable[*string]
	AvatarURL   graphql.Omittable[*string]
}

// UpdateProfilePayload is the answer of UpdateProfile.
type UpdateProfilePayload struct {
	User       *User
	UserErrors []*errs.UserError
}

// UserOrderField is what people can be ordered by.
type UserOrderField string

// The fields of an order.
const (
	OrderHandle    UserOrderField = "HANDLE"
	OrderCreatedAt UserOrderField = "CREATED_AT"
)

// UserOrder is an order of people.
type UserOrder = page.Order[UserOrderField]

// UserConnection is a page of people.
type UserConnection = page.Connection[*User]

// UserEdge is one item of a page of people.
type UserEdge = page.Edge[*User]
