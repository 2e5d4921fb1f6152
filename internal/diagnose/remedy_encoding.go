package diagnose

import (
	"github.com/envmedic/envmedic/internal/edit"
)

// asUTF8 writes the located file, or the Dockerfile of the failed step, in UTF-8 without a byte order mark.
func asUTF8(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	if c.File == nil {
		return "", nil, refuse("the file that has the wrong encoding is not among the definition files")
	}
	text, from := recoded(c.File.Src)
	if from == "" {
		return "", nil, refuse("%s is UTF-8 already", c.File.Path)
	}
	f := edit.File{Path: c.File.Path, Base: c.File.Src, Edits: []edit.Edit{wholeFile(c.File, text)}}
	return "write " + c.File.Path + " in UTF-8 (it is in " + from + ")", []edit.File{f}, nil
}
