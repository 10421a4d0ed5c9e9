"""Why a file, or a row of one, was refused, in the language of its batch."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "columns_differ": {
        "en": "The row has {found} values, the header has {expected}.",
        "de": "Die Zeile hat {found} Werte, die Kopfzeile {expected}.",
        "es": "La fila tiene {found} valores, el encabezado {expected}.",
        "pt": "A linha tem {found} valores, o cabeçalho {expected}.",
    },
    "not_json": {
        "en": "This line is not a JSON object: {why}.",
        "de": "Diese Zeile ist kein JSON-Objekt: {why}.",
        "es": "Esta línea no es un objeto JSON: {why}.",
        "pt": "Esta linha não é um objeto JSON: {why}.",
    },
    "unknown_field": {
        "en": "There is no such field here.",
        "de": "Ein solches Feld gibt es hier nicht.",
        "es": "No existe tal campo aquí.",
        "pt": "Não existe tal campo aqui.",
    },
    "single_value": {
        "en": "One value belongs here, not a list or an object.",
        "de": "Hier gehört ein einzelner Wert hin, keine Liste und kein Objekt.",
        "es": "Aquí va un solo valor, no una lista ni un objeto.",
        "pt": "Aqui cabe um único valor, não uma lista nem um objeto.",
    },
    "product_differs": {
        "en": "This batch is for the product {product}.",
        "de": "Dieser Stapel ist für das Produkt {product}.",
        "es": "Este lote es para el producto {product}.",
        "pt": "Este lote é para o produto {product}.",
    },
    "too_long": {
        "en": "A value has at most {most} characters.",
        "de": "Ein Wert hat höchstens {most} Zeichen.",
        "es": "Un valor tiene como máximo {most} caracteres.",
        "pt": "Um valor tem no máximo {most} caracteres.",
    },
    "not_text": {
        "en": "The value holds a NUL character.",
        "de": "Der Wert enthält ein NUL-Zeichen.",
        "es": "El valor contiene un carácter NUL.",
        "pt": "O valor contém um caractere NUL.",
    },
    "decimal_mark": {
        "en": "The file's decimal mark is a comma; this number is written otherwise.",
        "de": "Das Dezimalzeichen der Datei ist ein Komma; diese Zahl ist anders geschrieben.",
        "es": "El signo decimal del archivo es una coma; este número está escrito de otro modo.",
        "pt": "O sinal decimal do arquivo é a vírgula; este número está escrito de outro modo.",
    },
    "row_failed": {
        "en": "Deciding this row failed again and again; nothing of it was kept.",
        "de": "Das Entscheiden dieser Zeile ist mehrmals gescheitert; nichts davon wurde behalten.",
        "es": "La decisión de esta fila falló una y otra vez; no se guardó nada de ella.",
        "pt": "A decisão desta linha falhou repetidas vezes; nada dela foi guardado.",
    },
    "external_id_taken": {
        "en": "Another application has this external id.",
        "de": "Ein anderer Antrag hat diese externe Kennung.",
        "es": "Otra solicitud tiene este identificador externo.",
        "pt": "Outro pedido tem este identificador externo.",
    },
    "empty": {
        "en": "The file is empty.",
        "de": "Die Datei ist leer.",
        "es": "El archivo está vacío.",
        "pt": "O arquivo está vazio.",
    },
    "no_rows": {
        "en": "The file has a header and no rows.",
        "de": "Die Datei hat eine Kopfzeile und keine Zeilen.",
        "es": "El archivo tiene encabezado y ninguna fila.",
        "pt": "O arquivo tem cabeçalho e nenhuma linha.",
    },
    "too_many_rows": {
        "en": "The file has more than {most} rows: send it in parts.",
        "de": "Die Datei hat mehr als {most} Zeilen: Senden Sie sie in Teilen.",
        "es": "El archivo tiene más de {most} filas: envíelo por partes.",
        "pt": "O arquivo tem mais de {most} linhas: envie-o em partes.",
    },
    "too_large": {
        "en": "The file is larger than {most} MiB.",
        "de": "Die Datei ist größer als {most} MiB.",
        "es": "El archivo supera los {most} MiB.",
        "pt": "O arquivo é maior que {most} MiB.",
    },
    "too_large_unpacked": {
        "en": "Unpacked, the file is larger than {most} MiB.",
        "de": "Entpackt ist die Datei größer als {most} MiB.",
        "es": "Descomprimido, el archivo supera los {most} MiB.",
        "pt": "Descompactado, o arquivo é maior que {most} MiB.",
    },
    "row_too_long": {
        "en": "Row {row} is longer than {most} MiB: a quotation mark may be left open.",
        "de": "Zeile {row} ist länger als {most} MiB: Vielleicht ist ein Anführungszeichen offen.",
        "es": "La fila {row} supera {most} MiB: quizá quedaron comillas sin cerrar.",
        "pt": "A linha {row} passa de {most} MiB: talvez aspas tenham ficado abertas.",
    },
    "encoding": {
        "en": "Row {row} cannot be read as {encoding}.",
        "de": "Zeile {row} lässt sich nicht als {encoding} lesen.",
        "es": "La fila {row} no se puede leer como {encoding}.",
        "pt": "A linha {row} não pode ser lida como {encoding}.",
    },
    "not_csv": {
        "en": "After row {row} the file cannot be read as CSV: {why}.",
        "de": "Nach Zeile {row} lässt sich die Datei nicht als CSV lesen: {why}.",
        "es": "Después de la fila {row} el archivo no se puede leer como CSV: {why}.",
        "pt": "Depois da linha {row} o arquivo não pode ser lido como CSV: {why}.",
    },
    "not_parquet": {
        "en": "The file cannot be read as Parquet: {why}.",
        "de": "Die Datei lässt sich nicht als Parquet lesen: {why}.",
        "es": "El archivo no se puede leer como Parquet: {why}.",
        "pt": "O arquivo não pode ser lido como Parquet: {why}.",
    },
    "broken_gzip": {
        "en": "The compressed file is broken or cut off.",
        "de": "Die komprimierte Datei ist beschädigt oder abgeschnitten.",
        "es": "El archivo comprimido está dañado o cortado.",
        "pt": "O arquivo compactado está danificado ou cortado.",
    },
    "not_a_table": {
        "en": "This is neither CSV, NDJSON nor Parquet: {why}.",
        "de": "Dies ist weder CSV noch NDJSON noch Parquet: {why}.",
        "es": "Esto no es CSV, NDJSON ni Parquet: {why}.",
        "pt": "Isto não é CSV, NDJSON nem Parquet: {why}.",
    },
    "nested": {
        "en": "Column {column} holds lists; a column has one value in each row.",
        "de": "Die Spalte {column} enthält Listen; eine Spalte hat je Zeile einen Wert.",
        "es": "La columna {column} contiene listas; una columna tiene un valor por fila.",
        "pt": "A coluna {column} contém listas; uma coluna tem um valor em cada linha.",
    },
    "column_unknown": {
        "en": "There is no column {column} in this product's files.{hint}",
        "de": "Eine Spalte {column} gibt es in den Dateien dieses Produkts nicht.{hint}",
        "es": "No existe la columna {column} en los archivos de este producto.{hint}",
        "pt": "Não existe a coluna {column} nos arquivos deste produto.{hint}",
    },
    "column_twice": {
        "en": "The column {column} stands twice.",
        "de": "Die Spalte {column} kommt zweimal vor.",
        "es": "La columna {column} aparece dos veces.",
        "pt": "A coluna {column} aparece duas vezes.",
    },
    "column_missing": {
        "en": "The column {column} is required.",
        "de": "Die Spalte {column} wird benötigt.",
        "es": "La columna {column} es obligatoria.",
        "pt": "A coluna {column} é obrigatória.",
    },
    "source_not_allowed": {
        "en": "Files are not read from this address.",
        "de": "Von dieser Adresse werden keine Dateien gelesen.",
        "es": "No se leen archivos de esta dirección.",
        "pt": "Não são lidos arquivos deste endereço.",
    },
    "source_unreadable": {
        "en": "The file at this address cannot be read: {why}.",
        "de": "Die Datei an dieser Adresse lässt sich nicht lesen: {why}.",
        "es": "El archivo de esta dirección no se puede leer: {why}.",
        "pt": "O arquivo neste endereço não pode ser lido: {why}.",
    },
}
HINTS: Mapping[str, str] = {
    "en": " Did you mean {near}?",
    "de": " Meinten Sie {near}?",
    "es": " ¿Quiso decir {near}?",
    "pt": " Você quis dizer {near}?",
}


def words(code: str, language: str, **values: object) -> str:
    """The sentence of a code; English where the language has none."""
    texts = WORDS[code]
    return texts.get(language, texts["en"]).format(**values)


def hint(near: str | None, language: str) -> str:
    """What else a column may have been meant to be; nothing where nothing is near."""
    return HINTS.get(language, HINTS["en"]).format(near=near) if near else ""
