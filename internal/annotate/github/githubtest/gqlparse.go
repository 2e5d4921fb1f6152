package githubtest

import (
	"fmt"
	"strconv"
	"strings"
	"text/scanner"
)

// A gqlField is a field that a query asks for, or with on set an inline fragment.
type gqlField struct {
	alias, name string
	on          string
	args        fields
	selection   []gqlField
}

// gqlParser reads the part of the language that needs no named fragments and no directives.
type gqlParser struct {
	scan      scanner.Scanner
	tok       rune
	variables fields
	declared  map[string]bool
}

// parseQuery gives "query" or "mutation" and what is asked for, with the variables put in; or the problem, in
// GitHub's words.
func parseQuery(text string, variables fields) (kind string, selection []gqlField, problem string) {
	p := &gqlParser{variables: variables, declared: map[string]bool{}}
	p.scan.Init(strings.NewReader(text))
	p.scan.Mode = scanner.ScanIdents | scanner.ScanInts | scanner.ScanStrings
	p.scan.Error = func(*scanner.Scanner, string) {} // shows as a token that is not expected
	defer func() {
		if r := recover(); r != nil {
			at, own := r.(gqlSyntax)
			if !own {
				panic(r)
			}
			problem = fmt.Sprintf("Parse error on %q (line %d)", at.token, at.line)
		}
	}()
	p.next()
	kind = "query"
	if p.tok == scanner.Ident {
		kind = p.name()
		if p.tok == scanner.Ident {
			p.name() // of the operation
		}
		if p.take('(') {
			p.declarations()
		}
	}
	selection = p.selections()
	if p.tok != scanner.EOF {
		p.fail()
	}
	for name := range variables {
		if !p.declared[name] {
			return kind, selection, fmt.Sprintf("Variable $%s was given and is not declared", name)
		}
	}
	return kind, selection, ""
}

type gqlSyntax struct {
	token string
	line  int
}

func (p *gqlParser) fail() { panic(gqlSyntax{p.scan.TokenText(), p.scan.Line}) }

func (p *gqlParser) next() {
	for p.tok = p.scan.Scan(); p.tok == ','; p.tok = p.scan.Scan() {
	}
}

func (p *gqlParser) take(r rune) bool {
	if p.tok != r {
		return false
	}
	p.next()
	return true
}

func (p *gqlParser) want(r rune) {
	if !p.take(r) {
		p.fail()
	}
}

func (p *gqlParser) name() string {
	if p.tok != scanner.Ident {
		p.fail()
	}
	name := p.scan.TokenText()
	p.next()
	return name
}

// declarations reads "$id: ID!, $n: Int = 5)".
func (p *gqlParser) declarations() {
	for !p.take(')') {
		p.want('$')
		name := p.name()
		p.declared[name] = true
		p.want(':')
		p.typeName()
		if p.take('=') {
			usual := p.value()
			if _, given := p.variables[name]; !given {
				if p.variables == nil {
					p.variables = fields{}
				}
				p.variables[name] = usual
			}
		}
	}
}

func (p *gqlParser) typeName() {
	if p.take('[') {
		p.typeName()
		p.want(']')
	} else {
		p.name()
	}
	p.take('!')
}

func (p *gqlParser) selections() []gqlField {
	var list []gqlField
	p.want('{')
	for !p.take('}') {
		if p.take('.') {
			p.want('.')
			p.want('.')
			if p.name() != "on" {
				p.fail()
			}
			on := p.name()
			list = append(list, gqlField{on: on, alias: on, selection: p.selections()})
			continue
		}
		f := gqlField{name: p.name(), args: fields{}}
		f.alias = f.name
		if p.take(':') {
			f.name = p.name()
		}
		if p.take('(') {
			for !p.take(')') {
				key := p.name()
				p.want(':')
				f.args[key] = p.value()
			}
		}
		if p.tok == '{' {
			f.selection = p.selections()
		}
		list = append(list, f)
	}
	return list
}

func (p *gqlParser) value() any {
	switch text := p.scan.TokenText(); {
	case p.take('$'):
		name := p.name()
		if !p.declared[name] {
			p.fail()
		}
		return p.variables[name]
	case p.take('{'):
		v := fields{}
		for !p.take('}') {
			key := p.name()
			p.want(':')
			v[key] = p.value()
		}
		return v
	case p.take('['):
		v := []any{}
		for !p.take(']') {
			v = append(v, p.value())
		}
		return v
	case p.take(scanner.Int):
		n, _ := strconv.Atoi(text)
		return float64(n)
	case p.take(scanner.String):
		unquoted, err := strconv.Unquote(text)
		if err != nil {
			p.fail()
		}
		return unquoted
	default:
		switch word := p.name(); word { // an enum value, true, false or null
		case "true", "false":
			return word == "true"
		case "null":
			return nil
		default:
			return word
		}
	}
}
