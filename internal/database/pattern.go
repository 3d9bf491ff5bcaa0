package database

import "strings"

// Containing returns the pattern of LIKE for texts that contain part.
func Containing(part string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(part) + "%"
}
