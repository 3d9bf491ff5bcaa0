package limit

import "github.com/project-nexus/nexus/internal/errs"

// CheckVariables refuses lists that are too long in the values of variables.
func (l Limits) CheckVariables(variables map[string]any) error {
	for name, value := range variables {
		if n := longestList(value); n > l.ListInput {
			return tooLong(l.ListInput, n).At(name)
		}
	}
	return nil
}

func longestList(value any) int {
	longest := 0
	switch v := value.(type) {
	case []any:
		longest = len(v)
		for _, item := range v {
			longest = max(longest, longestList(item))
		}
	case map[string]any:
		for _, item := range v {
			longest = max(longest, longestList(item))
		}
	}
	return longest
}

func tooLong(limit, n int) *errs.Error {
	return errs.New(errs.CodePageSizeExceeded, "A list in the input takes up to %d items, not %d.", limit, n)
}
