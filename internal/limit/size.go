package limit

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/errs"
)

// size returns how many items a field can have.
func (s *static) size(field *ast.Field, cost fieldCost) int {
	greatest, given := 0, false
	for _, name := range cost.slicing {
		argument := field.Arguments.ForName(name)
		if argument == nil {
			continue
		}
		value, err := argument.Value.Value(s.variables)
		if err == nil && value == nil {
			continue
		}
		n, err := s.sizeOf(value)
		if err != nil && s.err == nil {
			refusal := errs.New(errs.CodeOf(err), "%s %s", name, err.Error()).At(name)
			s.err = &placed{refusal, field.Position}
		}
		greatest, given = max(greatest, n), true
	}
	if !given {
		return cost.assumed
	}
	return greatest
}

// sizeOf reads a slicing argument: a number, or a list whose length counts. It
// returns 0 for a bad one.
func (s *static) sizeOf(value any) (int, error) {
	switch v := value.(type) {
	case []any:
		if len(v) > s.most {
			return 0, errs.New(errs.CodePageSizeExceeded, "takes up to %d items, not %d", s.most, len(v))
		}
		return len(v), nil
	case string, []string: // one item stands for a list of it; the parser makes one of a variable
		return 1, nil
	case int64:
		switch {
		case v > int64(s.most):
			return 0, errs.New(errs.CodePageSizeExceeded, "must be 1 to %d, not %d", s.most, v)
		case v < 1:
			return 0, errs.BadUserInput("must be 1 to %d, not %d", s.most, v)
		}
		return int(v), nil
	default:
		return 0, errs.BadUserInput("must be a whole number from 1 to %d", s.most)
	}
}

// placed is an error with the place in the document that it is about.
type placed struct {
	refusal  *errs.Error
	position *ast.Position
}

func (p *placed) Error() string { return p.refusal.Error() }
func (p *placed) Unwrap() error { return p.refusal }

// PlaceOf returns the place in the document that an error of this package is
// about, nil where it is about none.
func PlaceOf(err error) *ast.Position {
	if p, ok := errors.AsType[*placed](err); ok {
		return p.position
	}
	return nil
}
