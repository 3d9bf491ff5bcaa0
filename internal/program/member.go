package program

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to memberships.
const (
	EventMembershipCreated event.Kind = "membership.created"
	EventMembershipUpdated event.Kind = "membership.updated"
	EventMembershipDeleted event.Kind = "membership.deleted"
)

// Join makes the actor a learner of a public cohort. Who is in it already stays
// what they are.
func (s *Service) Join(ctx context.Context, input JoinCohortInput) (*JoinCohortPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	payload := &JoinCohortPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		// Who sees a cohort for members is in it already, or an admin.
		if _, _, err := edit.Take[Cohort](ctx, s.db, EditableCohorts(), input.CohortID.UUID, "input", "cohortId"); err != nil {
			return err
		}
		payload.Membership, err = s.Add(ctx, input.CohortID, *actor.User, Learner)
		return err
	})
	return payload, err
}

// Add makes a person a member of a cohort, in the transaction of ctx; whoever is
// in it already has the higher of both roles then. The caller has checked the
// right to it.
func (s *Service) Add(ctx context.Context, cohort id.Cohort, person id.User, role MembershipRole) (*Membership, error) {
	var rows []struct {
		ID    id.Membership
		Fresh bool
	}
	const rank = `array_position(ARRAY['LEARNER', 'MENTOR', 'STAFF'], `
	err := s.db.Handle(ctx).Raw(`INSERT INTO membership AS m (id, cohort_id, user_id, role) VALUES (?, ?, ?, ?)
		ON CONFLICT (cohort_id, user_id) DO UPDATE SET role = excluded.role WHERE `+rank+`excluded.role) > `+rank+`m.role)
		RETURNING id, xmax = 0 AS fresh`, id.New[id.Membership](), cohort, person, role).Scan(&rows).Error
	if err != nil {
		return nil, wrap("add a member", err)
	}
	for _, row := range rows {
		kind, fields := EventMembershipUpdated, []string{"role"}
		if row.Fresh {
			kind, fields = EventMembershipCreated, nil
		}
		if err := s.recordMember(ctx, kind, row.ID, cohort, fields); err != nil {
			return nil, err
		}
	}
	var members []*Membership
	err = s.db.Handle(ctx).Select("id", "cohort_id", "user_id", "role", "joined_at").
		Where("cohort_id = ? AND user_id = ?", cohort, person).Find(&members).Error
	if err != nil || len(members) == 0 {
		return nil, wrap("read a membership", err)
	}
	return members[0], nil
}

// Leave takes the actor out of a cohort; where they are no member, nothing happens.
// The last staff stays, unless they are an admin.
func (s *Service) Leave(ctx context.Context, input LeaveCohortInput) (*LeaveCohortPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	payload := &LeaveCohortPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if _, _, err := edit.Take[Cohort](ctx, s.db, EditableCohorts(), input.CohortID.UUID, "input", "cohortId"); err != nil {
			return err
		}
		var members []*Membership
		err := s.db.Handle(ctx).Select("id", "cohort_id", "user_id", "role", "joined_at").
			Where("cohort_id = ? AND user_id = ?", input.CohortID, *actor.User).Find(&members).Error
		if err != nil {
			return wrap("read a membership", err)
		}
		if len(members) == 0 {
			return nil
		}
		payload.DeletedID = &members[0].ID
		return s.remove(ctx, members[0], "cohortId")
	})
	return payload, err
}

// ChangeRole gives a member another role; the staff of the cohort may.
func (s *Service) ChangeRole(ctx context.Context, input ChangeMembershipRoleInput) (*ChangeMembershipRolePayload, error) {
	payload := &ChangeMembershipRolePayload{}
	err := s.manageMember(ctx, input.ID, func(ctx context.Context, m *Membership) error {
		payload.Membership = m
		if m.Role == input.Role {
			return nil
		}
		if err := s.keepStaff(ctx, m, "id"); err != nil {
			return err
		}
		m.Role = input.Role
		if err := s.db.Handle(ctx).Exec(`UPDATE membership SET role = ? WHERE id = ?`, m.Role, m.ID).Error; err != nil {
			return wrap("change a role", err)
		}
		return s.recordMember(ctx, EventMembershipUpdated, m.ID, m.CohortID, []string{"role"})
	})
	return payload, err
}

// RemoveMember takes a member out of a cohort; its staff may.
func (s *Service) RemoveMember(ctx context.Context, input RemoveMemberInput) (*RemoveMemberPayload, error) {
	payload := &RemoveMemberPayload{DeletedID: &input.ID}
	err := s.manageMember(ctx, input.ID, func(ctx context.Context, m *Membership) error { return s.remove(ctx, m, "id") })
	return payload, err
}

// manageMember runs work on a membership, for the staff of its cohort. The cohort
// is locked first: who is staff there changes one by one.
func (s *Service) manageMember(ctx context.Context, key id.Membership, work func(context.Context, *Membership) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	absent := errs.NotFound("There is no membership with this id that you may see.").At("input", "id")
	return s.db.InTx(ctx, func(ctx context.Context) error {
		found, err := s.MembershipsByIDs(ctx, []id.Membership{key})
		if err != nil {
			return err
		}
		if found[key] == nil {
			return absent
		}
		_, standing, err := edit.Take[Cohort](ctx, s.db, EditableCohorts(), found[key].CohortID.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Manages():
			return auth.Forbidden("Only the staff of the cohort may do this.")
		}
		if found, err = s.MembershipsByIDs(ctx, []id.Membership{key}); err != nil {
			return err
		}
		if found[key] == nil { // it went while this waited
			return absent
		}
		return work(ctx, found[key])
	})
}

func (s *Service) remove(ctx context.Context, m *Membership, field string) error {
	if err := s.keepStaff(ctx, m, field); err != nil {
		return err
	}
	if err := s.db.Handle(ctx).Exec(`DELETE FROM membership WHERE id = ?`, m.ID).Error; err != nil {
		return wrap("remove a member", err)
	}
	return s.recordMember(ctx, EventMembershipDeleted, m.ID, m.CohortID, nil)
}

// keepStaff returns CONFLICT when a member is the last staff of a cohort, which the
// transaction has locked; an admin may run it without.
func (s *Service) keepStaff(ctx context.Context, m *Membership, field string) error {
	if m.Role != Staff || auth.ActorOf(ctx).Admin {
		return nil
	}
	var others bool
	err := s.db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM membership WHERE cohort_id = ? AND role = 'STAFF' AND id <> ?)`, m.CohortID, m.ID).Scan(&others).Error
	if err == nil && !others {
		return errs.Conflict("This is the last staff of the cohort; make somebody else staff first.").At("input", field)
	}
	return wrap("look for staff", err)
}

func (s *Service) recordMember(ctx context.Context, kind event.Kind, key id.Membership, cohort id.Cohort, fields []string) error {
	parent := id.AnyOf(cohort)
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(key), Parent: &parent, Cohort: &cohort, Fields: fields})
}
