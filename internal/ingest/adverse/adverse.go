// Package adverse writes documents that are hard to read fast: each kind repeats
// one thing that makes careless readers of Markdown take much longer than the
// text grows. Tests and benchmarks hold package ingest to them.
package adverse

import (
	"fmt"
	"strings"
)

// Shape is a kind of documents.
type Shape struct {
	// Name tells shapes apart.
	Name string
	head string
	unit func(i int) string
}

// Document writes a document of about this many bytes; longer ones begin with
// the shorter ones.
func (s Shape) Document(size int) []byte {
	var b strings.Builder
	b.Grow(size + 256)
	b.WriteString(s.head)
	for i := 0; b.Len() < size; i++ {
		b.WriteString(s.unit(i))
	}
	return []byte(b.String())
}

// Shapes returns all kinds.
func Shapes() []Shape {
	var all []Shape
	for _, some := range [][]Shape{blocks(), inlines(), tables(), hidden(), sections(), words()} {
		all = append(all, some...)
	}
	return all
}

// same repeats a text.
func same(name, head, text string) Shape {
	return Shape{name, head, func(int) string { return text }}
}

// counted repeats a text with a number in it.
func counted(name, head, format string) Shape {
	return Shape{name, head, func(i int) string { return fmt.Sprintf(format, i) }}
}

// every adds a line break behind each so many repetitions.
func every(count int, s Shape, lineBreak string) Shape {
	unit := s.unit
	s.unit = func(i int) string {
		if i%count == count-1 {
			return unit(i) + lineBreak
		}
		return unit(i)
	}
	return s
}
