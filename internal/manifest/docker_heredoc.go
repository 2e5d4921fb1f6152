package manifest

// A heredocRef is a word of the joined lines that announces a heredoc.
type heredocRef struct {
	from, to int
	name     string
	tabs     bool // leading tabs are taken off its lines
}

var heredocWord = lazy(`^\d*<<(-?)\s*([^<]*)$`)

// heredocs finds the words that announce one. Docker takes whole words only: `cat<<EOF` is none for it, but one for the shell.
// Where it cannot split the line into words, it finds none; an error is a name that it cannot read, and the whole file is refused.
func heredocs(line string) ([]heredocRef, error) {
	words, err := lex(line, true)
	if err != nil {
		return nil, nil
	}
	var out []heredocRef
	for _, w := range words {
		m := heredocWord.FindStringSubmatch(w.text)
		if m == nil {
			continue
		}
		name, err := lex(m[2], false)
		if err != nil {
			return nil, err
		}
		if len(name) == 1 {
			out = append(out, heredocRef{w.from, w.to, name[0].text, m[1] != ""})
		}
	}
	return out, nil
}

// mayHoldHeredocs tells whether docker looks for heredocs in an instruction: in a RUN, COPY or ADD that is no JSON list, also
// where it is put off by ONBUILD.
func mayHoldHeredocs(line string, escape byte) bool {
	keyword, args := splitKeyword(line, escape)
	if keyword == "onbuild" {
		keyword, args = splitKeyword(args, escape)
	}
	switch keyword {
	case "run", "copy", "add":
		_, list := jsonList(args)
		return !list
	}
	return false
}
