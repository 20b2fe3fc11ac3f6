# What tidy.py knows of C++ without a parser: what is code, what a brace opens, where a co_await stands.
import re

# Comments and literals, to be blanked out so that what is left is code; line breaks stay where they are.
NOT_CODE = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?:(?<=\bu8)|(?<=\b[uUL])|(?<!\w))'(?:\\.|[^'\\\n])+'|//(?:\\\n|[^\n])*|/\*.*?\*/",
    re.S,
)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)


def blank(match):
    text = match.group(0)
    if text.startswith("/") or text.lstrip().startswith("#"):
        return re.sub(r"[^\n]", " ", text)
    return '"' + re.sub(r"[^\n]", " ", text[1:-1]) + '"'


def code_only(text):
    return PREPROCESSOR.sub(blank, NOT_CODE.sub(blank, text))


SCOPE = re.compile(r'(inline\s+)?namespace\b|(class|struct|union|enum)\b|extern\s+"')
TEMPLATED_SCOPE = re.compile(r"^\s*template\s*<.*>\s*(?:requires\b.*?)?(?=(?:class|struct|union)\b)", re.S)
ASSIGNED = re.compile(r"(?<![=!<>+*/|&^%\-])=(?!=)[^)]*$")


def without_templates(text):
    """Takes the innermost <…> away until none is left, so that their commas and brackets do not count."""
    shorter = re.sub(r"<[^<>;{}]*>", "", text)
    return text if shorter == text else without_templates(shorter)


def kind_of_block(header):
    """What a `{` outside of functions opens, told by the text before it: scope, function or initialiser."""
    header = re.sub(r"\b(public|private|protected)\s*:", " ", header)
    header = TEMPLATED_SCOPE.sub("", header).strip()
    if SCOPE.match(header):
        return "scope"
    if header == "":
        return "function"  # the body after a constructor's list of brace initialisers
    header = without_templates(header)
    balanced = header.count("(") == header.count(")")
    is_lambda = re.search(r"=\s*\[[^\]]*\]", header) is not None
    if ")" in header and balanced and (is_lambda or not ASSIGNED.search(header)):
        return "function"
    return "initialiser"


CONTROL = re.compile(
    r"^\s*(?:else\b\s*|do\b\s*|(?:case\b[^?]*?|default\s*)(?<!:):(?!:)"
    r"|(?:if|while|for|switch)\b\s*(?:constexpr\s*)?\()"
)
LEFT_SIDE = re.compile(r"^(?:[\w:<>,\s&*\[\].()\-]*[\w\])>]\s*=)?$|^co_return$")
AFTER_OPERATOR = re.compile(r"\?|\s(?:[+\-*/%&|^<>]|&&|\|\||==|!=|<=|>=|<=>|<<|>>)\s")


def problem_of_await(code, at):
    """Why the co_await at this offset is not a whole statement, initialiser or return operand, or None."""
    begin, depth = at, 0
    while begin > 0:
        sign = code[begin - 1]
        if sign in ")]":
            depth += 1
        elif sign in "([":
            if depth == 0:
                return "inside a condition or an argument list: give it a statement of its own"
            depth -= 1
        elif depth == 0 and sign in ";{}":
            break
        begin -= 1
    prefix = without_control(code[begin:at])
    if not LEFT_SIDE.match(prefix):
        return "only `co_await f();`, `x = co_await f();` and `co_return co_await f();` are whole statements"
    return problem_behind(code, at)


def without_control(prefix):
    match = CONTROL.match(prefix)
    while match:
        end, depth = match.end(), 1 if prefix[match.end() - 1] == "(" else 0
        while depth > 0 and end < len(prefix):
            depth += {"(": 1, ")": -1}.get(prefix[end], 0)
            end += 1
        prefix = prefix[end:]
        match = CONTROL.match(prefix)
    return prefix.strip()


def problem_behind(code, at):
    end, depth, outer = at, 0, []
    while end < len(code):
        sign = code[end]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth < 0:
                return "inside an initialiser list: give it a statement of its own"
        elif depth == 0:
            if sign == ";":
                break
            outer.append(sign)
        end += 1
    rest = without_templates("".join(outer))
    if "," in rest or AFTER_OPERATOR.search(rest):
        return "an awaited value takes no operator: name it first"
    return None
