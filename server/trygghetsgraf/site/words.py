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
    "keyword_safety": ("trygghet", "safety"),
    "keyword_prevention": ("brottsförebyggande arbete", "crime prevention"),
    "country": ("Sverige", "Sweden"),
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
        "Förtroendevalda har ställt frågorna skriftligt. Följ dem till svaren, ord för ord.",
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
    "about_document": ("Om dokumentet", "About the document"),
    "read_lead": (
        "Markerade ord bär uppgifter i grafen. Peka på en markering, eller följ den, för att se "
        "vilka.",
        "Marked words carry facts of the graph. Point at a mark, or follow it, to see which.",
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
    "clear_filters": ("Ta bort urvalet", "Clear filters"),
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
    "municipalities": ("Kommuner", "Municipalities"),
    "municipalities_shown": (
        "Kommun {first}–{last} av {of}; de som dokumenten säger mest om kommer först.",
        "Municipality {first}–{last} of {of}; those that the documents say most of come first.",
    ),
    "municipalities_before": ("Föregående kommuner", "Previous municipalities"),
    "municipalities_after": ("Fler kommuner", "More municipalities"),
    "rows_more": ("Fler slag finns: se nästa sida.", "There are more kinds: see the next page."),
    "measures_in_cell": ("åtgärder", "measures"),
    # timeline
    "timeline_lead": (
        "När något gjordes eller ska göras enligt dokumenten, och när det sades. Ett streck med "
        "suddiga ändar är en tid som dokumenten bara ringar in.",
        "When something was done or will be, by the documents, and when it was said. A bar "
        "with faded ends is a time that the documents only narrow down.",
    ),
    "time_about": ("ungefärlig tid", "approximate time"),
    "time_before": ("bara senaste tid är känd", "only the latest time is known"),
    "time_after": ("inget slut är känt", "no end is known"),
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
    "party_all": ("Allt om partiet", "All about the party"),
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
    "measure_there": ("åtgärd", "measure"),
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
    "row": ("rad", "row"),
    "theme": ("Tema", "Theme"),
    "chart_counted": ("antal rader i svaret", "number of rows in the answer"),
    "columns_empty": ("Dokumenten säger inget om:", "The documents say nothing on:"),
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
    "sparql_examples_lead": (
        "De sparade frågorna efter tema. Ett exempel öppnas i en egen flik.",
        "The saved queries by theme. An example opens in a tab of its own.",
    ),
    "sparql_find": ("Sök bland frågorna", "Search the queries"),
    "sparql_none": ("Ingen fråga innehåller de orden.", "No query holds those words."),
    "sparql_download": ("Hela svaret som fil", "The whole answer as a file"),
    "sparql_keys": (
        "Förslag kommer när du skriver, till exempel efter ”tg:”, och med Ctrl + blanksteg. "
        "Ctrl + Enter ställer frågan.",
        "Suggestions come as you type, after “tg:” for instance, and with Ctrl + Space. "
        "Ctrl + Enter runs the query.",
    ),
    "editor_tab": ("Fråga", "Query"),
    "editor_table": ("Tabell", "Table"),
    "editor_response": ("Svar som text", "Response"),
    "editor_share": ("Dela frågan", "Share query"),
    "editor_add_tab": ("Ny flik", "New tab"),
    "editor_add_new_tab": ("Öppna en ny flik", "Open a new tab"),
    "editor_close_tab": ("Stäng fliken", "Close tab"),
    "editor_open_settings": ("Visa inställningar", "Open settings"),
    "editor_close_settings": ("Dölj inställningar", "Close settings"),
    "editor_simple": ("Enkel vy", "Simple view"),
    "editor_ellipse": ("Korta av", "Shorten"),
    "editor_filter": ("Sök i svaret", "Filter the answer"),
    "editor_page_size": ("Rader per sida: ", "Rows on a page: "),
    "editor_page": ("Rader per sida", "Rows on a page"),
    "editor_all": ("Alla", "All"),
    "editor_download": ("Ladda ner", "Download"),
    "editor_download_results": ("Ladda ner svaret", "Download the answer"),
    "editor_no_download": ("Det här kan inte laddas ner", "This cannot be downloaded"),
    "editor_show_all": ("Visa allt", "Show all"),
    "editor_info": ("Rad _START_ till _END_ av _TOTAL_", "Rows _START_ to _END_ of _TOTAL_"),
    "editor_empty": ("Inga rader", "No rows"),
    "editor_file": ("svar", "answer"),
    "editor_rows": ("{rows} rader på {seconds} s", "{rows} rows in {seconds} s"),
    "editor_took": ("Svar på {seconds} s", "Answered in {seconds} s"),
    "editor_cancel": ("Avbryt frågan", "Cancel the query"),
    "editor_cancelled": ("Frågan avbröts.", "The query was cancelled."),
    "editor_chart_of": ("{number} för varje {label}", "{number} for each {label}"),
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
    "shape_files": ("Regler, fil för fil", "Rules, file by file"),
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
    "conforms": (
        "Inget bryter mot reglerna. Varningar och upplysningar visar var läsningen kan bli bättre.",
        "Nothing breaks the rules. Warnings and notes show where the reading can be improved.",
    ),
    "violates": ("Något bryter mot reglerna.", "Something breaks the rules."),
    "no_report": (
        "Rapporten för den här utgåvan finns inte på servern.",
        "The report of this snapshot is not on this server.",
    ),
    "no_findings": ("Kontrollen hittade ingenting.", "Validation found nothing."),
    "report_lead": (
        "Vad kontrollen säger om utgåvan, regel för regel, med det som avses.",
        "What validation says of the snapshot, rule by rule, with what is meant.",
    ),
    "rule": ("Om regeln", "About the rule"),
    "severity_Violation": ("fel", "errors"),
    "severity_Warning": ("varningar", "warnings"),
    "severity_Info": ("upplysningar", "notes"),
    "coverage_lead": (
        "Hur stor del av orden i varje dokument som något citat täcker, och hur många av "
        "uppgifterna som dokumentet redovisar respektive bara säger.",
        "The share of the words of each document that a quote covers, and how many of the facts "
        "the document reports or only says.",
    ),
    "asserted": ("Redovisade", "Reported"),
    "unquoted_lead": (
        "Rubriker, hälsningar och annat som inget påstående citerar, med skälet till det.",
        "Headings, greetings and the like that no claim quotes, with the reason.",
    ),
    "releases_all": ("Alla utgåvor, med filer", "All releases, with files"),
    "releases_lead": (
        "Varje utgåva är hela grafen vid ett tillfälle, med filer, kontrollsummor och de "
        "påståenden som har kommit till eller utgått sedan den förra.",
        "Each release is the whole graph at one time, with files, checksums and the claims that "
        "came or went since the one before.",
    ),
    "releases_feed": ("Följ nya utgåvor (Atom)", "Follow new releases (Atom)"),
    "no_releases": ("Ingen utgåva finns än.", "There is no release yet."),
    "quads": ("Rader i grafen", "Quads"),
    "files": ("Filer", "Files"),
    "file": ("Fil", "File"),
    "size": ("Storlek", "Size"),
    "files_dropped": (
        "Filerna är borttagna, eftersom de innehöll något som senare har raderats.",
        "The files were deleted, because they held something that was erased later.",
    ),
    "and_more": ("… och {n} till", "… and {n} more"),
    "renamed": ("Nya namn", "Renamed"),
    "benchmark_lead": (
        "Mätt på en påhittad graf med {quads} rader, formad som den här. {machine}.",
        "Measured on an invented graph of {quads} quads in the shape of this one. {machine}.",
    ),
    "benchmark_servers": (
        "Typisk svarstid i millisekunder, server för server",
        "Median time of an answer in milliseconds, server by server",
    ),
    "benchmark_question": ("Fråga", "Question"),
    "benchmark_pages": ("Sidornas svarstider, i millisekunder", "Times of pages, in milliseconds"),
    "benchmark_saved": (
        "Svarstider för de färdiga frågorna, i millisekunder",
        "Times of saved queries, in milliseconds",
    ),
    "benchmark_first": ("Första gången", "First"),
    "benchmark_median": ("Typiskt", "Median"),
    "unquoted": ("Meningar utan citat", "Sentences that no claim quotes"),
    "unquoted_none": ("Inga.", "None."),
    "reason": ("Skäl", "Reason"),
    "line": ("rad", "line"),
    "snapshots": ("Utgåvor", "Snapshots"),
    "made": ("Skapad", "Made"),
    "triples": ("Tripplar", "Triples"),
    "claims_added": ("Nya påståenden", "Claims added"),
    "claims_gone": ("Utgångna påståenden", "Claims withdrawn"),
    "benchmark": ("Hastighet", "Speed"),
    "no_benchmark": (
        "Ingen mätning är sparad på den här servern.",
        "No measurement is kept on this server.",
    ),
    # errors
    "meant": ("Menade du något av det här?", "Did you mean one of these?"),
    "to_start": ("Till startsidan", "To the start page"),
    "problem_more": ("Mer om det här felet", "More about this error"),
    "problems": ("Felmeddelanden", "Error messages"),
    "problems_lead": (
        "Varje sorts fel som servern rapporterar, med orsak och vad som hjälper.",
        "Every sort of error that the server reports, with its cause and its remedy.",
    ),
    "problem_cause": ("Orsak", "Cause"),
    "problem_remedy": ("Det här hjälper", "Remedy"),
    "problem_type": ("Feltyp", "Type"),
    "problem_status": ("HTTP-status", "HTTP status"),
}


@cache
def words(language: str) -> dict[str, str]:
    """Every text in a language, ``sv`` or ``en``, by its key."""
    column = {"sv": 0, "en": 1}[language]
    return {key: texts[column] for key, texts in TEXTS.items()}
