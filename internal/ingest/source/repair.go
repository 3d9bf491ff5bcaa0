package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bullets start items of lists in text that was pasted from elsewhere.
const bullets = "•◦▪▫●○■□‣⁃∙·⦁➤➢►▶❖◆◇✦✧➔"

var (
	joinedNumber = regexp.MustCompile(`^(\s{0,3}\d{1,2}[.)])([^\s\d.)].*)$`)
	joinedStar   = regexp.MustCompile(`^(\s{0,3}[*+])([\p{L}\p{N}][^*]*)$`)
)

// repair mends lines outside of code.
func (t *Text) repair(lines []string) {
	var f fence
	var r run
	for i := range lines {
		if f.step(lines[i]) {
			r.code(lines, i)
			continue
		}
		if mended, done := spacedHeading(lines[i]); done {
			t.found(i+1, HeadingWithoutSpace)
			lines[i] = mended
		}
		lines[i] = spacedItem(lines[i])
		if r.step(lines, i) {
			t.found(r.first+1, TooManyMarks)
		}
	}
}

// spacedHeading puts the missing space into "##Heading". A tag such as "#help"
// is none: a heading has a capital, and more than one word or a blank line.
func spacedHeading(line string) (string, bool) {
	rest := strings.TrimLeft(line, "#")
	level := len(line) - len(rest)
	title := strings.TrimSpace(rest)
	if level == 0 || level > 6 || title == "" {
		return line, false
	}
	first, _ := utf8.DecodeRuneInString(rest)
	isTag := level == 1 && !strings.Contains(title, " ") && strings.ContainsFunc(title[1:], unicode.IsUpper)
	if first == ' ' || first == '\t' || isTag || !unicode.IsUpper(first) && !unicode.IsDigit(first) && first < utf8.RuneSelf && first != '*' {
		return line, false
	}
	return line[:level] + " " + rest, true
}

// spacedItem mends the marker of an item: "1.Text", "*Text" and "• Text".
func spacedItem(line string) string {
	text := strings.TrimLeft(line, " \t")
	if text == "" {
		return line
	}
	first, size := utf8.DecodeRuneInString(text)
	if first >= 'A' && first <= 'z' || first == '#' || first == '-' || first == '|' {
		return line // a quick look, since nearly all lines are fine
	}
	if m := joinedNumber.FindStringSubmatch(line); m != nil {
		return m[1] + " " + m[2]
	}
	if m := joinedStar.FindStringSubmatch(line); m != nil {
		return m[1] + " " + m[2]
	}
	if size > 1 && strings.ContainsRune(bullets, first) {
		return line[:len(line)-len(text)] + "- " + strings.TrimLeft(text[size:], " \t")
	}
	return line
}

// run is the lines in a row that may form one paragraph. Code is part of it: its
// fence may be none to a parser.
type run struct {
	first, marks int
	told         bool
}

// step adds a line. From where a run holds too many marks on, they are taken
// away; then it reports true, once for each run.
func (r *run) step(lines []string, i int) bool {
	if !r.add(lines, i) {
		return false
	}
	lines[i] = withoutMarks(lines[i])
	first := !r.told
	r.told = true
	return first
}

// code adds a line of code, or a fence, of which the marks at its start stay.
func (r *run) code(lines []string, i int) {
	if r.add(lines, i) {
		mark, _ := fenceOf(lines[i])
		end := strings.Index(lines[i], mark) + len(mark)
		lines[i] = lines[i][:end] + withoutMarks(lines[i][end:])
	}
}

// add reports whether the run holds too many marks with this line.
func (r *run) add(lines []string, i int) bool {
	if startsBlock(lines[i]) {
		*r = run{first: i}
	}
	r.marks += inlineMarks(lines[i])
	if startsDefinition(lines[i]) {
		r.marks += definitionMarks
	}
	return r.marks > maxRunMarks
}

// definitionMarks is how many marks a definition of a link counts for, beside
// its own: for each a parser goes through all lines of the paragraph.
const definitionMarks = 20

// startsDefinition reports whether a line may be the definition of a link.
func startsDefinition(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " \t>"), "[") && strings.Contains(line, "]:")
}

// startsBlock reports whether a line cannot belong to the paragraph before it.
func startsBlock(line string) bool {
	text := strings.TrimLeft(line, " \t")
	return text == "" || markerLength(text) > 0 && text[0] != '>' || isHeading(text)
}

func inlineMarks(line string) int {
	n := 0
	for i := range len(line) {
		if strings.IndexByte("[]*_`<!~&", line[i]) >= 0 {
			n++
		}
	}
	return n
}

func withoutMarks(line string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && strings.ContainsRune("[]*_`<!~&", r) {
			return ' '
		}
		return r
	}, line)
}
