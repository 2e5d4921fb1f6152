package githubtest

import "slices"

// A spot is where a comment of a review is to stand, in the words of the interface.
type spot struct {
	Path, Body  string
	Position    int
	Line        int
	Side        string
	StartLine   int    `json:"start_line"`
	StartSide   string `json:"start_side"`
	CommitID    string `json:"commit_id"`
	SubjectType string `json:"subject_type"`
	InReplyTo   int64  `json:"in_reply_to"`
	hunk        string
}

type problem struct{ field, message string }

// badSpot tells why GitHub would refuse a comment there. The position of the old interface is turned into a line.
func (s *Server) badSpot(p *pull, at *spot) []problem {
	if at.Side == "" {
		at.Side = "RIGHT"
	}
	if at.StartSide == "" {
		at.StartSide = at.Side
	}
	if tooLong(at.Body) {
		return []problem{{"body", "is too long (maximum is 65536 characters)"}}
	}
	i := slices.IndexFunc(s.diff(p), func(c change) bool { return c.path == at.Path })
	if i < 0 {
		return []problem{{"path", "is invalid"}, {"diff_hunk", "can't be blank"}}
	}
	if at.CommitID != p.HeadSHA {
		return []problem{{"commit_id", "is not part of the pull request"}}
	}
	if at.SubjectType == "file" {
		return nil
	}
	patch := s.diff(p)[i].patch
	at.hunk = patch
	if at.Line == 0 && at.Position > 0 {
		for _, l := range readPatch(patch) {
			if l.position == at.Position {
				at.Line = l.new
			}
		}
	}
	end, there := place(patch, at.Side, at.Line)
	var bad []problem
	if !there {
		bad = append(bad, problem{"line", "must be part of the diff"})
	}
	if at.StartLine != 0 {
		start, ok := place(patch, at.StartSide, at.StartLine)
		switch {
		case at.StartSide == at.Side && at.StartLine >= at.Line:
			bad = append(bad, problem{"start_line", "must precede the end line."})
		case !ok || !there || start.hunk != end.hunk:
			bad = append(bad, problem{"start_line", "must be part of the same hunk as the line."})
		}
	}
	if !there {
		bad = append(bad, problem{"diff_hunk", "can't be blank"})
	}
	return bad
}
