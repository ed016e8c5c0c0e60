"""A small invented list of programs, shaped unlike New Jersey's, with a mapping of its own."""
# ruff: noqa: E501 - a row of a table is a line

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from openler.ctdl.document import Document
from openler.ctdl.formats.convert import Conversion, convert
from openler.ctdl.formats.mapping import parse

BASE = "https://registry.example"

MAPPING = b"""
version: 1
source: {id: xx-lakes, name: Lakes Training List, page: "https://lakes.example/list", language: en-US}
publisher: office
bodies:
  office: {name: Lakes Work Office, page: "https://lakes.example", description: Keeps the list.}
tables:
  courses: {file: courses.csv, as_of: 2024-03, clean: [quotes, spaces], nulls: ["", "-"]}
  schools: {file: schools.csv, as_of: 2023}
  boards: {file: boards.csv}
  papers: {file: papers.csv}
  results: {file: results.csv, nulls: ["", "NA"]}
  skills: {file: skills.csv}
  work: {file: work.csv}
  help: {file: help.csv}
  cross: {file: cross.csv}
  old: {file: old.csv}
  wanted: {file: wanted.csv}
organizations:
  listed:
    same_as: schools
    table: courses
    embedded: true
    key: School
    name: School name
    standing: {value: {column: School state, values: {ok: approved, held: suspended}}, by: office}
  schools:
    table: schools
    key: Code
    ctid: CTID
    name: Name
    page: {column: Site, prefix: "https://"}
    email: Mail
    address: {street: [Street], city: Town, postal_code: {column: Post, pad: 5}, county: County}
    identifiers: [{type: fein, value: Tax}]
    standing: {value: {column: State, values: {ok: approved, held: suspended, waiting: pending}}, date: Since, by: office, words: State}
  boards: {table: boards, key: Id, class: "ceterms:Organization", name: Board}
  employers: {table: help, embedded: true, key: Employer, class: "ceterms:Organization", name: Employer}
credentials:
  papers:
    table: papers
    key: No
    class: {column: Kind, values: {L: "ceterms:License", C: "ceterms:Certification"}}
    name: Title
    body: {in: boards, key: Board}
    soc: {value: Soc, taxonomy: soc2010}
    group: Board
programs:
  courses:
    table: courses
    key: Nr
    class: {column: Form, values: {program: "ceterms:LearningProgram", course: "ceterms:Course"}}
    name: Offering
    description: About
    language: {constant: en}
    provider: {in: schools, key: School}
    status: {column: State, values: {open: "lifeCycle:Active", paused: "lifeCycle:Suspended"}}
    cip: {value: Field, no_match: ["99.9999"]}
    soc: {value: {column: Jobs, split: "|"}, taxonomy: soc2018}
    hours: Hours
    length: {template: "P{Weeks}"}
    credit: {value: Credits, unit: "creditUnit:SemesterHour"}
    cost:
      currency: USD
      parts: [{type: "costType:Tuition", value: Fee}, {type: "costType:LearningResource", value: Books, name: Books}]
    delivery: [{when: [{column: Online, in: ["yes"]}], type: ["deliveryType:OnlineOnly"]}]
    teaches: {column: Skills, split: ";"}
    naics: {column: Online, values: {"yes": "611519"}, default: ""}
    prerequisites: {column: Before, ignore: [none]}
    awards:
      - owner: provider
        class: {column: Award, values: {AAS: "ceterms:AssociateOfAppliedScienceDegree", Cert: "ceterms:Certificate"}}
        label: Award
        title: {template: "{Award} in {Offering}"}
        flag: {of: Degree, means: ["ceterms:Degree"]}
      - refers: papers
        key: Paper
        label: Paper name
        class: ceterms:Certification
supports:
  - of: [schools]
    when: [{column: Kids, in: ["yes"]}]
    name: Child care
    type: ["support:Childcare"]
outcomes:
  results:
    table: results
    key: Course
    program: {in: courses, key: Course}
    name: After the course
    provider_of_data: office
    cell_rule: {minimum: 10, source: Lakes Work Office}
    metrics:
      - {id: done, kind: count, value: Done, name: Finished}
      - {id: working, kind: rate, value: Working percent, scale: 1, of: done, name: Working}
      - {id: paid, kind: count, value: Paid, within: done, name: With known pay}
      - {id: pay, kind: wage, value: Pay, statistic: median, of: paid, name: Pay}
frameworks:
  skills:
    table: skills
    key: Code
    framework: {key: lakes, name: Lakes Skills, description: Skills of the lakes., publisher: office}
    text: Says
    parent: Under
jobs:
  work:
    table: work
    key: Ref
    name: Job
    employer: {in: employers, key: Employer}
    soc: {value: Soc}
    competencies: {column: Needs, split: ";"}
    credentials: {column: Papers, split: ";", in: [papers, courses]}
    pay: {low: Low, high: High, period: PT1H}
crosswalks:
  cip_soc: {table: cross, cip: Cip, soc: Soc, title: Title, name: Lakes crosswalk}
  soc2010: {table: old, from: Was, to: Is}
demand:
  - {table: wanted, soc: Soc, taxonomy: soc2010, by: office, name: Wanted}
"""

TABLES = {
    "courses": """\
Nr,Form,Offering,About,School,School name,School state,State,Field,Jobs,Hours,Weeks,Credits,Fee,Books,Online,Skills,Before,Award,Degree,Paper,Paper name
1,program,Welding,"Join metal.",A,Alder College,ok,open,48.0508,,400,20W,30,2000,100,no,W1;W2,none,AAS,yes,,
2,course,First Aid,-,A,Alder College,ok,open,510904,,16,,0,90,,yes,,Age 18,-,no,P1,First Aider
3,program,Nurse Aide,Care for people.,B,Birch School,held,paused,51.3902,31-1131,,12W,,0,0,no,C1,,Cert,yes,P2,
4,program,Pastry,,C,,,open,99.9999,,,,,,,no,XX,,,yes,,
5,program,Boating,,B,Birch School,held,open,10203,,,,,abc,5,no,,,,,,Boat Paper
6,course,Sailing,,B,Birch School,held,open,10203,,,,,10,5,no,,,,,,Boat  paper
""",
    "schools": """\
Code,CTID,Name,Site,Mail,Street,Town,Post,County,Tax,State,Since,Kids
A,ce-11111111-1111-4111-8111-111111111111,Alder College,alder.example,info@alder.example,1 Lake Road,Lakeside,7001,North,12-3456789,waiting,,yes
B,,Birch School,not a page,nobody,,,,,98-7654321,ok,2022-05-01,yes
D,,Dogwood Hall,,,,,,,,held,2021,yes
""",
    "boards": "Id,Board\nX,Board of Care\n",
    "papers": """\
No,Kind,Title,Board,Soc
P1,C,First Aider,Z,
P2,L,Nurse Aide Licence,X,31-1014
P3,L,NURSE AIDE LICENCE,X,31-1014
P4,Q,Odd,X,
""",
    "results": """\
Course,Done,Working percent,Paid,Pay
1,40,60,20,9000
2,9,80,5,8000
3,30,97,12,7000
4,0,0,0,NA
9,50,50,50,5000
""",
    "skills": "Code,Says,Under\nW1,Weld a seam,\nW2,Weld overhead,W1\nC1,Help a person wash,\n",
    "work": "Ref,Job,Employer,Soc,Needs,Papers,Low,High\nJ1,Aide,Care Inc,31-1131,C1,P2;P9,15,18.50\nJ2,Welder,Boat Inc,51-4121,W1;W9,1,20,\n",
    "help": "Employer\nCare Inc\n",
    "cross": """\
Cip,Soc,Title
48.0508,51-4121,"Welders, Cutters"
51.0904,99-9999,NO MATCH
51.3902,31-1131,Nursing Assistants
51.3902,29-2061,Licensed Nurses
""",
    "old": "Was,Is\n31-1014,31-1131\n51-4121,51-4121\n",
    "wanted": "Soc\n31-1014\n15-0000\n",
}

Tables = Mapping[str, str]


def rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """A table's rows as a TableReader gives them."""
    header, *lines = list(csv.reader(io.StringIO(text)))
    return [(number, dict(zip(header, cells, strict=True))) for number, cells in enumerate(lines, 2)]


def lakes(changes: Tables | None = None, *, mapping: bytes = MAPPING, existing: Iterable[Document] = ()) -> Conversion:
    """The list converted, some of its tables replaced."""
    tables = {**TABLES, **(changes or {})}
    return convert(parse(mapping), {name: rows(text) for name, text in tables.items()}, base_url=BASE, existing=existing)


def named(conversion: Conversion, name: str, kind: str = "") -> Document:
    """The one document with a name, of a class where that is given."""
    found = [
        document
        for document in conversion.documents
        if (document.main.get("ceterms:name") or document.main.get("ceasn:name")) == {"en-US": name} and kind in {"", document.type}
    ]
    assert len(found) == 1, f"{len(found)} documents are called {name}"
    return found[0]


def codes(conversion: Conversion, table: str = "") -> list[tuple[str, int]]:
    """The remarks as (code, row), of one table where that is given."""
    return [(str(remark.code), remark.row) for remark in conversion.remarks if table in {"", remark.table}]
