package source

import "strings"

// maxFence is how many marks a fence may have.
const maxFence = 100

// fence follows code fences line by line.
type fence struct{ mark string }

// step reports whether a line is code or one of the fences around it.
func (f *fence) step(line string) bool {
	mark, info := fenceOf(line)
	switch {
	case f.mark == "" && mark != "":
		f.mark = mark
		return true
	case f.mark == "":
		return false
	case mark != "" && info == "" && mark[0] == f.mark[0] && len(mark) >= len(f.mark):
		f.mark = ""
	}
	return true
}

// fenceOf returns the marks of a fence and what follows them; empty when the
// line is no fence.
func fenceOf(line string) (mark, info string) {
	trimmed := strings.TrimLeft(line, " \t>")
	if !strings.HasPrefix(trimmed, "```") && !strings.HasPrefix(trimmed, "~~~") {
		return "", ""
	}
	rest := strings.TrimLeft(trimmed, trimmed[:1])
	if len(trimmed)-len(rest) > maxFence {
		return "", ""
	}
	info = strings.TrimSpace(rest)
	if trimmed[0] == '`' && strings.Contains(info, "`") {
		return "", ""
	}
	return trimmed[:len(trimmed)-len(rest)], info
}

// openFences takes away fences that would hide the document: those around all
// of it, and those that never end.
func (t *Text) openFences(lines []string) {
	t.openWhole(lines)
	t.dropStray(lines)
	for range 50 { // each round takes one fence away
		start := unclosed(lines)
		if start < 0 {
			return
		}
		t.found(start+1, UnbalancedFence)
		end := endOfCode(lines, start)
		if end == len(lines) {
			return // code up to the end; the parser reads it so
		}
		lines[start] = ""
		for i := start + 1; i < end; i++ {
			lines[i] = "    " + lines[i] // still code
		}
	}
}

// dropStray takes away fences that end code whose beginning has none, as code
// pasted from elsewhere does: they would hide what follows. Such a fence stands
// right behind a line that closes a block of code.
func (t *Text) dropStray(lines []string) {
	var f fence
	for i, line := range lines {
		mark, info := fenceOf(line)
		if f.mark == "" && mark != "" && info == "" && i > 0 && closesBlock(lines[i-1]) {
			t.found(i+1, UnbalancedFence)
			lines[i] = ""
			continue
		}
		f.step(line)
	}
}

// closesBlock reports whether a line is brackets that close and nothing else, or
// ends as statements do.
func closesBlock(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasSuffix(line, ";") || strings.HasPrefix(line, "}") && strings.Trim(line, "})],") == ""
}

// openWhole takes away a fence around the whole document.
func (t *Text) openWhole(lines []string) {
	first, last := 0, len(lines)-1
	for first < len(lines) && strings.TrimSpace(lines[first]) == "" {
		first++
	}
	for last > first && strings.TrimSpace(lines[last]) == "" {
		last--
	}
	if first >= last {
		return
	}
	open, info := fenceOf(lines[first])
	if open == "" || info != "" && !strings.EqualFold(info, "markdown") && !strings.EqualFold(info, "md") {
		return
	}
	headings := 0
	for _, line := range lines[first+1 : last+1] {
		if isHeading(line) {
			headings++
		}
	}
	if headings < 2 {
		return
	}
	t.found(first+1, FencedDocument)
	lines[first] = ""
	if closing, info := fenceOf(lines[last]); closing != "" && info == "" && len(closing) >= len(open) {
		lines[last] = ""
	}
}

// unclosed returns the index of the fence that is open where the next fence
// with a language starts, or at the end; -1 when all is well.
func unclosed(lines []string) int {
	var f fence
	start := -1
	for i, line := range lines {
		mark, info := fenceOf(line)
		if f.mark != "" && mark == f.mark && info != "" && isWord(info) {
			return start
		}
		if f.mark == "" && mark != "" {
			start = i
		}
		f.step(line)
	}
	if f.mark == "" {
		return -1
	}
	return start
}

// endOfCode returns where the code of an unclosed fence ends: at the next
// heading after a blank line that is no comment of a shell, else at the end.
func endOfCode(lines []string, start int) int {
	for i := start + 2; i < len(lines); i++ {
		blankBefore := strings.TrimSpace(lines[i-1]) == ""
		if mark, info := fenceOf(lines[i]); mark != "" && info != "" {
			return i
		}
		if blankBefore && isHeading(lines[i]) && (strings.HasPrefix(lines[i], "##") || i+1 < len(lines) && strings.TrimSpace(lines[i+1]) == "") {
			return i
		}
	}
	return len(lines)
}

func isHeading(line string) bool {
	rest := strings.TrimLeft(line, "#")
	level := len(line) - len(rest)
	return level >= 1 && level <= 6 && strings.HasPrefix(rest, " ") && strings.TrimSpace(rest) != ""
}

func isWord(s string) bool {
	return s != "" && !strings.ContainsAny(s, " \t")
}
