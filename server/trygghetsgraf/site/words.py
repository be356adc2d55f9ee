"""The texts of the pages, in Swedish and English.

Long texts (about, method, privacy) are templates of their own, one for each language.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

#: key → Swedish, English
TEXTS: Mapping[str, tuple[str, str]] = {
    "site": ("Trygghetsgrafen", "Trygghetsgrafen"),
    "skip": ("Hoppa till innehållet", "Skip to content"),
    "menu": ("Huvudmeny", "Main menu"),
    "other_language": ("In English", "På svenska"),
    "search": ("Sök", "Search"),
    "search_label": ("Sök i grafen", "Search the graph"),
    "search_hint": (
        "Åtgärd, plats, person, parti eller ord ur ett dokument",
        "A measure, a place, a person, a party or words of a document",
    ),
    "search_none": (
        "Inget i grafen heter så, och inget citat innehåller orden.",
        "Nothing in the graph is called that, and no quote contains the words.",
    ),
    "search_things": ("I grafen", "In the graph"),
    "search_quotes": ("I dokumentens ord", "In the words of the documents"),
    "search_narrow": (
        "Fler träffar finns. Skriv fler ord för att ringa in dem.",
        "There are more. Add words to narrow them down.",
    ),
    # places of the site
    "documents": ("Dokument", "Documents"),
    "compare": ("Jämför", "Compare"),
    "timeline": ("Tidslinje", "Timeline"),
    "network": ("Samverkan", "Cooperation"),
    "parties": ("Partier", "Parties"),
    "map": ("Karta", "Map"),
    "ask": ("Frågor och svar", "Questions"),
    "query": ("SPARQL", "SPARQL"),
    "terms": ("Begrepp", "Terms"),
    "quality": ("Kvalitet", "Quality"),
    "about": ("Om", "About"),
    "method": ("Metod", "Method"),
    "privacy": ("Personuppgifter", "Privacy"),
    "api": ("API", "API"),
    "kinds": ("Åtgärdernas träd", "Tree of measures"),
    "claims": ("Påståenden", "Claims"),
    "footer": (
        "Kommunala dokument om trygghet som kunskapsgraf. Data är fria (CC0).",
        "Municipal documents on safety as a knowledge graph. The data are free (CC0).",
    ),
    "snapshot": ("Utgåva", "Snapshot"),
    # start
    "start_title": ("Vem har sagt vad om tryggheten?", "Who said what about safety?"),
    "start_lead": (
        "Trygghetsgrafen läser kommuners egna dokument om trygghet och brottsförebyggande "
        "arbete, mening för mening. Varje uppgift här leder tillbaka till orden i ett dokument "
        "och till den som står för dem, så att det går att se vad som är gjort, vad som är "
        "föreslaget och vad någon bara påstår.",
        "Trygghetsgrafen reads the documents of Swedish municipalities on safety and crime "
        "prevention, sentence by sentence. Every fact here leads back to the words of a "
        "document and to whoever stands behind them, so that one can tell what has been done, "
        "what is proposed and what somebody merely claims.",
    ),
    "start_numbers": ("Grafen i siffror", "The graph in numbers"),
    "start_questions": ("Frågor som ställs i dokumenten", "Questions that the documents ask"),
    "start_questions_lead": (
        "Sju frågor har förtroendevalda ställt skriftligt. Följ dem till svaren, ord för ord.",
        "Elected representatives put these in writing. Follow them to the answers, word for word.",
    ),
    "start_ways": ("Vägar in", "Ways in"),
    "start_new": ("Dokumenten", "The documents"),
    "n_documents": ("lästa dokument", "documents read"),
    "n_claims": ("påståenden", "claims"),
    "n_measures": ("åtgärder", "measures"),
    "n_actors": ("aktörer som nämns", "actors mentioned"),
    "n_areas": ("platser som nämns", "places mentioned"),
    "n_parties": ("partier", "parties"),
    "n_coverage": ("av orden täcks av citat", "of the words are quoted"),
    "way_compare": (
        "Kommuner och slag av åtgärder sida vid sida",
        "Municipalities and kinds of measures side by side",
    ),
    "way_timeline": ("Vad som sades och gjordes, och när", "What was said and done, and when"),
    "way_network": ("Vilka som arbetar tillsammans", "Who works together"),
    "way_parties": (
        "Vad partierna vill, bedömer och kommit överens om",
        "What the parties want, judge and agreed on",
    ),
    "way_map": ("Platserna som dokumenten talar om", "The places that the documents speak of"),
    "way_documents": (
        "Läs hela texten med alla belägg markerade",
        "Read the full text with all evidence marked",
    ),
    "way_ask": (
        "Färdiga frågor med svar i tabell, diagram och filer",
        "Ready questions, answered as tables, charts and files",
    ),
    "way_query": ("Ställ egna frågor i SPARQL", "Ask your own in SPARQL"),
    # ways of saying
    "reported": ("Redovisat", "Reported"),
    "promised": ("Utlovat", "Promised"),
    "proposed": ("Föreslaget", "Proposed"),
    "claimed": ("Påstått", "Claimed"),
    "denied": ("Förnekat", "Denied"),
    "defined": ("Definierat", "Defined"),
    "asked": ("Frågat", "Asked"),
    "reported_about": ("redovisas som utfört eller gällande", "reported as done or as holding"),
    "promised_about": (
        "något som avsändaren säger sig ska göra",
        "something that the speaker says it will do",
    ),
    "proposed_about": ("något som någon vill ska göras", "something that somebody wants done"),
    "claimed_about": (
        "en bedömning, eller något som återges i andra hand",
        "a judgement, or passed on from somebody else",
    ),
    "denied_about": ("något som uttryckligen sägs inte vara så", "something said not to be so"),
    "defined_about": ("hur ett ord används", "how a word is used"),
    "asked_about": ("en fråga, inte ett svar", "a question, not an answer"),
    "legend": ("Så skiljer vi på uppgifter", "How to tell facts apart"),
    "verb_states": ("uppger", "states"),
    "verb_decides": ("beslutar", "decides"),
    "verb_commits": ("utlovar", "promises"),
    "verb_wants": ("vill", "wants"),
    "verb_judges": ("bedömer", "judges"),
    "verb_defines": ("definierar", "defines"),
    "verb_asks": ("frågar", "asks"),
    "according": ("återgivet av", "passed on by"),
    "first_said_in": ("först sagt i", "first said in"),
    "possible": ("som möjligt", "as possible"),
    "presupposed": ("förutsätts", "taken for granted"),
    "former": ("gällde tidigare", "held formerly"),
    "valid": ("gäller", "valid"),
    "condition": ("villkor:", "condition:"),
    "said_only": ("bara sagt", "only said"),
    "said_only_about": (
        "Ingen redovisar detta som ett faktum; det är föreslaget, bedömt eller förnekat.",
        "Nobody reports this as a fact; it is proposed, judged or denied.",
    ),
    "and": ("och", "and"),
    # entity
    "brief": ("I korthet", "In brief"),
    "evidence": ("Belägg", "Evidence"),
    "evidence_lead": (
        "Det här säger dokumenten, ordagrant. Siffrorna hör ihop med raderna ovan.",
        "What the documents say, word for word. The numbers belong to the lines above.",
    ),
    "incoming": ("Hänvisar hit", "Refers to this"),
    "spoken": ("Säger själv", "Says"),
    "spoken_all": ("Alla påståenden", "All claims"),
    "all_claims_about": ("Alla påståenden om detta", "All claims about this"),
    "derived": ("Följer av det ovanstående", "Follows from the above"),
    "background": ("grunddata", "reference data"),
    "from_name": ("följer av namnet", "by its name"),
    "also_called": ("Kallas också", "Also called"),
    "in_text": ("Läs i sammanhang", "Read in context"),
    "report": ("Rapportera fel", "Report an error"),
    "report_subject": ("Fel i påstående {key}", "Error in claim {key}"),
    "report_body": (
        "Påstående: {url}\n\nCitat: ”{quote}”\n\nDet här är fel:\n\nSå borde det vara:\n",
        "Claim: {url}\n\nQuote: “{quote}”\n\nThis is wrong:\n\nIt should be:\n",
    ),
    "cite": ("Citera sidan", "Cite this page"),
    "cite_text": (
        "Trygghetsgrafen: ”{title}”, utgåva {snapshot}.",
        "Trygghetsgrafen: “{title}”, snapshot {snapshot}.",
    ),
    "identifier": ("Beständig adress", "Permanent address"),
    "data": ("Som data", "As data"),
    "next": ("Nästa sida", "Next page"),
    "previous": ("Föregående sida", "Previous page"),
    "pages": ("Sidor", "Pages"),
    "page": ("Sida", "Page"),
    "nothing": ("Dokumenten säger inget mer om detta.", "The documents say no more about this."),
    "yes": ("ja", "yes"),
    "no": ("nej", "no"),
    "thing": ("Sak", "Thing"),
    "states_what": ("Sägs här", "Said here"),
    # question
    "asked_by": ("Frågat av", "Asked by"),
    "asked_of": ("Ställd till", "Put to"),
    "asked_in": ("Ställd i", "Put in"),
    "answer": ("Svaret, ord för ord", "The answer, word for word"),
    "no_answer": (
        "Dokumenten som är lästa innehåller inget svar.",
        "The documents that were read hold no answer.",
    ),
    # documents
    "read": ("Läs hela texten", "Read the full text"),
    "read_lead": (
        "Markerade ord är belagda: följ en markering till vad den säger, och tillbaka.",
        "Marked words are evidence: follow a mark to what it says, and back.",
    ),
    "versions": ("Textversioner sida vid sida", "Text versions side by side"),
    "versions_lead": (
        "Samma dokument i två textversioner. Ord som skiljer sig är markerade; alla skillnader "
        "är granskade.",
        "The same document in two text versions. Words that differ are marked; every "
        "difference was reviewed.",
    ),
    "versions_count": ("skillnader", "differences"),
    "dated": ("Daterat", "Dated"),
    "undated": ("Odaterat", "Undated"),
    "publisher": ("Utgivare", "Publisher"),
    "words": ("ord", "words"),
    "coverage": ("Täckning", "Coverage"),
    "claims_here": ("Påståenden i texten", "Claims in the text"),
    "no_text": (
        "Texten som den här utgåvan bygger på finns inte kvar på servern.",
        "The text that this snapshot was made from is no longer on the server.",
    ),
    "documents_lead": (
        "Dokumenten som är lästa, och de som de hänvisar till.",
        "The documents that were read, and those that they refer to.",
    ),
    "documents_read": ("Lästa i sin helhet", "Read in full"),
    "documents_other": ("Omnämnda", "Mentioned"),
    "show_claims": ("Visa påståenden", "Show claims"),
    # claims list
    "claims_lead": ("Alla påståenden, med sina citat.", "All claims with their quotes."),
    "filter": ("Visa", "Show"),
    "filters": ("Urval", "Filters"),
    "all": ("alla", "all"),
    "speaker": ("Vem som säger det", "Who says it"),
    "modality": ("Hur det sägs", "How it is said"),
    "kind_of_measure": ("Slag av åtgärd", "Kind of measure"),
    "municipality": ("Kommun", "Municipality"),
    "document": ("Dokument", "Document"),
    "clear": ("Ta bort urvalet", "Clear filters"),
    "no_claims": ("Inget påstående passar urvalet.", "No claim fits the filters."),
    # compare
    "compare_title": ("Jämför kommuner och åtgärder", "Compare municipalities and measures"),
    "compare_lead": (
        "Vilka slag av åtgärder dokumenten nämner för varje kommun, och hur långt de har kommit "
        "enligt dokumenten. En tom ruta betyder att dokumenten inte säger något, inte att "
        "kommunen inte gör något. Välj en ruta för att se citaten.",
        "Which kinds of measures the documents mention for each municipality, and how far they "
        "have come by the documents. An empty cell means that the documents say nothing, not "
        "that nothing is done. Choose a cell to see the quotes.",
    ),
    "approach": ("Inriktning", "Approach"),
    "target_group": ("Målgrupp", "Target group"),
    "party": ("Parti", "Party"),
    "period": ("Tid", "Period"),
    "status": ("Status", "Status"),
    "shared_only": (
        "Bara slag som finns i flera kommuner",
        "Only kinds found in several municipalities",
    ),
    "no_cells": ("Ingen åtgärd passar urvalet.", "No measure fits the filters."),
    "no_status": ("utan status", "no status"),
    "rows_more": ("Fler slag finns: se nästa sida.", "There are more kinds: see the next page."),
    "measures_in_cell": ("åtgärder", "measures"),
    # timeline
    "timeline_lead": (
        "När något gjordes eller ska göras enligt dokumenten, och när det sades. Ett streck med "
        "suddiga ändar är en tid som dokumenten bara ringar in.",
        "When something was done or will be, by the documents, and when it was said. A bar "
        "with faded ends is a time that the documents only narrow down.",
    ),
    "uncertain": ("osäker tid", "uncertain time"),
    "said": ("sagt", "said"),
    "when": ("När", "When"),
    "what": ("Vad", "What"),
    # network
    "network_lead": (
        "Aktörer som enligt dokumenten samarbetar eller medverkar i samma åtgärd. Börja med en "
        "aktör; välj en annan i bilden för att se vilka den arbetar med.",
        "Actors that by the documents cooperate or take part in the same measure. Begin with "
        "one; choose another in the drawing to see whom it works with.",
    ),
    "network_begin": ("Börja med", "Begin with"),
    "works_with": ("Arbetar med", "Works with"),
    "through": ("genom", "through"),
    "draw": ("Bild över samverkan", "Drawing of the cooperation"),
    "actor": ("Aktör", "Actor"),
    # parties
    "parties_lead": (
        "Vad partierna och deras företrädare har sagt, skrivit under och föreslagit i "
        "dokumenten. Partier som inte nämns står med, utan uppgifter.",
        "What the parties and their representatives said, signed and proposed in the documents. "
        "Parties that are not mentioned are listed, without facts.",
    ),
    "local_groups": ("Lokalt", "Locally"),
    "representatives": ("Företrädare", "Representatives"),
    "agreed": ("Har kommit överens om", "Agreed on"),
    "party_nothing": ("Inget i de lästa dokumenten.", "Nothing in the documents read."),
    "wants": ("Vill", "Wants"),
    # map
    "map_lead": (
        "Platser med kända koordinater som dokumenten talar om. Stadsdelar och områden utan "
        "koordinater i källorna står i listan; inga lägen är gissade.",
        "Places with known coordinates that the documents speak of. Neighbourhoods without "
        "coordinates in the sources are in the list; no position is guessed.",
    ),
    "map_drawing": ("Karta över platserna", "Map of the places"),
    "with_position": ("Med läge", "With a position"),
    "without_position": ("Utan läge i källorna", "Without a position in the sources"),
    "measures_there": ("åtgärder", "measures"),
    # saved queries
    "ask_lead": (
        "Frågor som är skrivna i förväg och går att ställa utan att kunna SPARQL. Varje rad i "
        "ett svar bär sitt citat.",
        "Questions that are written in advance and can be asked without knowing SPARQL. Every "
        "row of an answer carries its quote.",
    ),
    "answer_it": ("Svara", "Answer"),
    "no_rows": ("Inget svar finns i dokumenten.", "The documents hold no answer."),
    "rows": ("rader", "rows"),
    "download": ("Ladda ner", "Download"),
    "permanent": ("Länk till det här svaret", "Link to this answer"),
    "curl": ("Samma svar från en terminal", "The same from a terminal"),
    "as_sparql": ("Frågan i SPARQL", "The query in SPARQL"),
    "open_editor": ("Öppna i frågefönstret", "Open in the editor"),
    "columns": ("Kolumner", "Columns"),
    "chart": ("Diagram", "Chart"),
    "not_said": ("inte i dokumenten", "not in the documents"),
    "only_first": ("Bara de första raderna visas här.", "Only the first rows are shown here."),
    # sparql
    "sparql_title": ("Fråga grafen", "Ask the graph"),
    "sparql_lead": (
        "SPARQL 1.1. Prefixen läggs till när du skriver; klasser och egenskaper föreslås ur "
        "grafen. En fråga som tar för lång tid går att avbryta.",
        "SPARQL 1.1. Prefixes are added as you type; classes and properties are suggested from "
        "the graph. A query that takes too long can be cancelled.",
    ),
    "sparql_query": ("Fråga", "Query"),
    "sparql_run": ("Ställ frågan", "Run"),
    "sparql_format": ("Format", "Format"),
    "sparql_format_default": ("det som passar frågan", "what fits the query"),
    "sparql_programs": ("För program", "For programs"),
    "sparql_programs_lead": (
        "Adressen tar emot GET och POST enligt SPARQL 1.1 Protocol. Utan fråga svarar den med "
        "sin tjänstebeskrivning.",
        "The address takes GET and POST by SPARQL 1.1 Protocol. Without a query it answers with "
        "its service description.",
    ),
    "sparql_examples": ("Exempel", "Examples"),
    "sparql_limit": (
        "Exemplen begränsas till 100 rader (LIMIT). Ta bort raden för att få alla.",
        "The examples are limited to 100 rows (LIMIT). Remove the line to get them all.",
    ),
    # terms
    "terms_title": ("Begrepp och vokabulär", "Terms and vocabularies"),
    "terms_lead": (
        "Orden som grafen är skriven med: klasser, egenskaper och ordlistor, vart och ett med "
        "definition och en beständig adress.",
        "The words that the graph is written in: classes, properties and vocabularies, each "
        "with a definition and a permanent address.",
    ),
    "classes": ("Klasser", "Classes"),
    "properties": ("Egenskaper", "Properties"),
    "vocabularies": ("Ordlistor", "Vocabularies"),
    "definition": ("Definition", "Definition"),
    "broader_class": ("Under", "Below"),
    "narrower": ("Underordnade", "Narrower"),
    "domain": ("Sägs om", "Said of"),
    "range": ("Värdet är", "The value is"),
    "shapes": ("Regler som kontrolleras (SHACL)", "Rules that are checked (SHACL)"),
    "used": ("Används", "Used"),
    "times": ("gånger", "times"),
    "instances": ("I grafen", "In the graph"),
    "kinds_lead": (
        "Alla slag av åtgärder, från det allmänna till det särskilda, med antalet åtgärder i "
        "dokumenten.",
        "All kinds of measures from the general to the particular, with the number of measures "
        "in the documents.",
    ),
    "diagram": ("Hur klasserna hänger ihop", "How the classes hang together"),
    # quality
    "quality_title": ("Kvalitet och täckning", "Quality and coverage"),
    "quality_lead": (
        "Varje utgåva av grafen kontrolleras innan den publiceras. Det som inte stämmer kommer "
        "inte ut.",
        "Every snapshot of the graph is checked before it is published. What does not conform "
        "is not published.",
    ),
    "validation": ("Kontroll mot reglerna", "Validation"),
    "validation_full": ("Hela rapporten", "The full report"),
    "conforms": ("Utgåvan uppfyller reglerna.", "The snapshot conforms."),
    "unquoted": ("Meningar utan citat", "Sentences that no claim quotes"),
    "unquoted_none": ("Inga.", "None."),
    "reason": ("Skäl", "Reason"),
    "line": ("rad", "line"),
    "snapshots": ("Utgåvor", "Snapshots"),
    "made": ("Skapad", "Made"),
    "triples": ("Tripplar", "Triples"),
    "warnings": ("anmärkningar", "warnings"),
    "violations": ("fel", "violations"),
    "changes_since": ("Skillnad mot föregående", "Change from the one before"),
    "claims_added": ("nya påståenden", "claims added"),
    "claims_gone": ("borttagna påståenden", "claims withdrawn"),
    "first_snapshot": ("första utgåvan", "the first"),
    "current": ("gällande", "current"),
    "benchmark": ("Hastighet", "Speed"),
    "no_benchmark": (
        "Ingen mätning är sparad på den här servern.",
        "No measurement is kept on this server.",
    ),
    "statements": ("Uppgifter", "Statements"),
    "not_found": ("Sidan finns inte", "There is no such page"),
}

#: property → what the group of things that refer to a thing by it is called
INVERSE: Mapping[str, tuple[str, str]] = {
    "kind": ("Åtgärder och annat av detta slag", "Measures and others of this kind"),
    "status": ("Med denna status", "With this status"),
    "lastKnownStatus": ("Senast känd status", "Last known status"),
    "place": ("På denna plats", "In this place"),
    "responsibleActor": ("Ansvarar för", "Responsible for"),
    "leadActor": ("Leder", "Leads"),
    "participatingActor": ("Medverkar i", "Takes part in"),
    "involves": ("Är inblandad i", "Involved in"),
    "targetGroup": ("Åtgärder för denna målgrupp", "Measures for this target group"),
    "within": ("Ligger här", "Lies within"),
    "member": ("Medlemskap", "Memberships"),
    "memberOf": ("Medlemmar", "Members"),
    "memberOrganisation": ("Medlemskap här", "Memberships here"),
    "unitOf": ("Enheter", "Units"),
    "partyGroupOf": ("Lokala partigrupper", "Local groups"),
    "about": ("Handlar om detta", "About this"),
    "documentAbout": ("Dokument om detta", "Documents about this"),
    "aimsAgainst": ("Åtgärder mot detta", "Measures against this"),
    "aimsAt": ("Åtgärder för detta", "Measures aiming at this"),
    "partOf": ("Delar", "Parts"),
    "examplePartOf": ("Exempel på delar", "Examples of parts"),
    "changes": ("Ändras av", "Changed by"),
    "funder": ("Finansierar", "Funds"),
    "fundedBy": ("Finansierar", "Funds"),
    "signedBy": ("Har undertecknat", "Signed"),
    "agreedBy": ("Har kommit överens om", "Agreed on"),
    "submittedBy": ("Har lämnat in", "Submitted"),
    "publishedBy": ("Har gett ut", "Published"),
    "asker": ("Har frågat", "Asked"),
    "askedOf": ("Har fått frågan", "Was asked"),
    "answersDocument": ("Besvaras av", "Answered by"),
    "questionIn": ("Frågor i dokumentet", "Questions in the document"),
    "proposedBy": ("Har föreslagit", "Proposed"),
    "proposedIn": ("Föreslås här", "Proposed here"),
    "trainer": ("Utbildar i", "Trains in"),
    "trainee": ("Utbildas i", "Trained in"),
    "topic": ("Handlar om ämnet", "On this topic"),
    "approach": ("Med denna inriktning", "With this approach"),
    "assessedAs": ("Bedöms så", "Judged so"),
    "inWork": ("Textställen i dokumentet", "Passages of the document"),
    "cooperatesWith": ("Samarbetar med", "Cooperates with"),
    "causedBy": ("Har detta som orsak", "Caused by this"),
    "broader": ("Underordnade begrepp", "Narrower concepts"),
    "inScheme": ("Begrepp i ordlistan", "Concepts of the vocabulary"),
    "type": ("Av denna klass", "In this class"),
    "subClassOf": ("Underklasser", "Subclasses"),
    "states": ("Sägs av", "Said by"),
    "passage": ("Påståenden på textstället", "Claims of the passage"),
    "relays": ("Återges av", "Passed on by"),
    "questionAnswered": ("Besvaras i", "Answered in"),
    "answers": ("Besvaras i", "Answered in"),
    "publisher": ("Har gett ut", "Published"),
    "spatial": ("Dokument härifrån", "Documents from here"),
}


@cache
def words(language: str) -> dict[str, str]:
    """Every text in a language, ``sv`` or ``en``, by its key."""
    column = {"sv": 0, "en": 1}[language]
    return {key: texts[column] for key, texts in TEXTS.items()}


def inverse(predicate: str, language: str) -> str:
    """The heading of what refers to a thing by a property; empty if there is none."""
    texts = INVERSE.get(predicate.rpartition("/")[2].rpartition("#")[2])
    return texts[{"sv": 0, "en": 1}[language]] if texts else ""
