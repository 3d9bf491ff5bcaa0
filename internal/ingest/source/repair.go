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
			r = run{}
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

// run is the lines in a row that may form one paragraph.
type run struct {
	first, marks int
	plain        bool
}

// step adds a line. From where a run holds too many marks on, they are taken
// away; then it reports true, once for each run.
func (r *run) step(lines []string, i int) bool {
	if startsBlock(lines[i]) {
		*r = run{first: i}
	}
	r.marks += inlineMarks(lines[i])
	if r.marks <= maxRunMarks {
		return false
	}
	started := !r.plain
	r.plain = true
	lines[i] = withoutMarks(lines[i])
	return started
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
