package diagnose

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// The encodings that definition files are found in where they are not plain UTF-8.
const (
	oneByte   = "Windows-1252 or the like" // which code page it was cannot be told from the bytes
	wideBytes = "UTF-16"
	markBytes = "UTF-8 with a byte order mark"
)

// recoded is the text of a file that is not plain UTF-8, and what it is in; "" where it is plain UTF-8 or nothing that is known.
// What is neither UTF-16 nor UTF-8 is read as Windows-1252, of which Latin-1 is a part: it maps every byte, and a person sees in the
// diff whether it is right.
func recoded(src []byte) (text, encoding string) {
	switch {
	case bytes.HasPrefix(src, []byte("\xff\xfe")):
		return fromUTF16(src[2:], binary.LittleEndian)
	case bytes.HasPrefix(src, []byte("\xfe\xff")):
		return fromUTF16(src[2:], binary.BigEndian)
	case bytes.HasPrefix(src, []byte("\ufeff")):
		return string(src[len("\ufeff"):]), markBytes
	case bytes.IndexByte(src, 0) == 1:
		return fromUTF16(src, binary.LittleEndian)
	case bytes.IndexByte(src, 0) == 0:
		return fromUTF16(src, binary.BigEndian)
	case utf8.Valid(src), bytes.IndexByte(src, 0) >= 0:
		return "", ""
	}
	return fromWindows1252(src), oneByte
}

func fromUTF16(src []byte, order binary.ByteOrder) (text, encoding string) {
	units := make([]uint16, len(src)/2)
	for i := range units {
		units[i] = order.Uint16(src[2*i:])
	}
	runes := utf16.Decode(units)
	if slices.Contains(runes, utf8.RuneError) || slices.Contains(runes, 0) {
		return "", ""
	}
	return string(runes), wideBytes
}

// wholeFile puts another text in the place of all of a file.
func wholeFile(f *manifest.File, text string) edit.Edit {
	return edit.Edit{End: len(f.Src), New: text}
}

// condaUTF8 finds environment files in another encoding. conda reads UTF-8 only, with or without a mark.
func condaUTF8(files *manifest.Set) []flaw {
	return misencoded(files.Of(manifest.KindConda), false)
}

// pipUTF8 finds requirements files in an encoding that pip cannot know: UTF-16 with its mark it reads.
func pipUTF8(files *manifest.Set) []flaw {
	return misencoded(append(files.Of(manifest.KindRequirements), files.Of(manifest.KindConstraints)...), true)
}

func misencoded(files []*manifest.File, marks bool) []flaw {
	var all []flaw
	for _, f := range files {
		text, from := recoded(f.Src)
		marked := bytes.HasPrefix(f.Src, []byte("\xff\xfe")) || bytes.HasPrefix(f.Src, []byte("\xfe\xff"))
		if from == "" || from == markBytes || marks && marked {
			continue
		}
		fl := flawOn(f, manifest.Span{}, map[string]string{"encoding": from})
		all = append(all, fl.edited("save the file as UTF-8", from == wideBytes, wholeFile(f, text)))
	}
	return all
}
