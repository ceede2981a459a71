"""Fold the words of a question so that spellings of one word meet. No Django."""

import re
from functools import lru_cache

from shared.kernel.text import STOP_WORDS, search_key

# Words that say that somebody asks or complains, and nothing about what.
_ASKING = """
    probleme problemes soucis souci reclamation reclamations plainte plaintes demande demander
    besoin veux voudrais comment faire est sont pas plus ne ni que qui quoi quand pourquoi chez
    depuis tres trop cette cet ce ces son sa ses leur leurs notre nos votre vos tout tous toute
    nouveau nouvelle quartier hay ville jour jours mois an ans semaine svp bonjour salam merci
    problem problems complaint complaints need want how get got is are not no my our your their
    this that there it its has have been was with from at on by after days weeks months please
    i me we you they he she did does do dont doesnt cant about
    mochkil mouchkil mushkil machakil mochkila chikaya bghit bghina 3ndi 3andi 3endi 3ndna kayn
    kayna kaynin makaynch makayn walo wallo bezaf bzaf had hadi hada hadchi lli li ili wa7ed wahed
    chi kifach kifash kif chno chnou chnahiya fin win feen 3lach 3la m3a dyalna dyali dyalo
    dyalha dyawl ta 7ta hta mn men ila ana hna 7na 7ouma l7ouma houma lhouma 7oma l7oma dima
    devant derriere cote pres autour dessus dessous front near next behind inside outside
    9eddam qeddam 7da hda jnb fou9 ta7t wst قدام حدا جنب فوق تحت وسط امام خلف قرب بجانب
    mazal daba nhar chher chhar 3am 3afak afak
    مشكل مشكله مشاكل المشكل شكايه شكاي شكوي شكايات اريد بغيت بغينا عندي عندنا كاين كاينه
    ماكاينش ماكاين مكاينش والو بزاف هاد هادي هدا هذه هذا اللي لي واحد شي كيفاش كيف شنو فين وين علاش
    شكون معا ديالنا ديالي ديالو ديالها حتي انا حنا الحومه حومه الحي حي ديما مازال دابا من الي
    كل كان لا لم لن قد عند بعد قبل منذ يوم ايام شهر سنه طلب اين متي غير جدا عبر داخل الا
"""
# What happened to something, or a paper about it: it says little without the thing itself.
_MODIFIERS = """
    retard retarde tard manque absence absent absente refus refuse refusee perdu perdue perte vole
    renouveler renouvellement inscription dossier certificat attestation carte prix cher chere
    coupure coupe coupee panne casse cassee ferme fermee ouvert sale trouble bloque bloquee annule
    remboursement rembourse paiement payer paye recu erreur mauvais mauvaise nouveau duplicata
    rendez acces autorisation service bureau agence numero danger dangereux grand petit
    delay delayed late lack missing lost stolen refused renew registration file certificate card
    price expensive cut broken closed open dirty blocked cancelled refund payment pay paid received
    error bad wrong new duplicate appointment access permission service office agency number
    dangerous big small poor reject rejected still never always without
    t3tal t3ettel m3ettel khasr khasra khasser m9tou3 mqtou3 mwsekh tlef tlfat ghali ghalya 3amer
    3amra kbir sghir jdid ma9blouch rfd war9a wra9 chahada chahadat rokhsa rokhsat khayb khayba
    تاخر نقص غياب رفض ضياع ضاع تجديد تسجيل ملف شهاده بطاقه ثمن غالي غاليه انقطاع مقطوع معطل
    مكسر مغلق خاسر خاسره موسخ عامر كبير صغير جديد خطا موعد تسليم مصلحه مكتب وكاله رقم خطر رخصه
    ورقه وراق تعويض استرجاع اداء
"""
ASKING_WORDS = frozenset(search_key(_ASKING).split()) | STOP_WORDS
_ARTICLES = frozenset({"el", "al", "l", "d", "t", "s", "n", "z", "r"})

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARABIC_PREFIX = re.compile(r"^(?:وال|بال|فال|كال|لل|ال|دال)(?=...)")
_ARABIC_SUFFIX = re.compile(r"(?<=...)(?:يات|ات|ين|ون|يه|ها|ه|ي|ا)$")
_HAS_LETTER = re.compile(r"[a-z]")
_LATIN = (
    (re.compile(r"7"), "h"),
    (re.compile(r"9"), "q"),
    (re.compile(r"[23']"), ""),
    (re.compile(r"5"), "kh"),
    (re.compile(r"8"), "gh"),
    (re.compile(r"6"), "t"),
    (re.compile(r"sh"), "ch"),
    (re.compile(r"ck|q(?!u)"), "k"),
    (re.compile(r"ou"), "o"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
    # The article of darija: "lpermi", and "l7ala" once the digit has become a letter.
    (re.compile(r"^l(?=[^aeiou]..)"), ""),
    (re.compile(r"(?<=....)(?:es|er|ee|ed)$"), ""),
    (re.compile(r"(?<=...)[sxe]$"), ""),
    (re.compile(r"(?<=...)e$"), ""),
)


def topic_words(text: str) -> tuple[str, ...]:
    """The folded words of a text, without those that say nothing about the subject."""
    words = (word for word in search_key(text).split() if word not in ASKING_WORDS)
    return tuple(fold_word(word) for word in words if word not in _ARTICLES)


@lru_cache(maxsize=1)
def modifiers() -> frozenset[str]:
    """Folded words that count for little: they go with many subjects."""
    return frozenset(fold_word(word) for word in search_key(_MODIFIERS).split())


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """One word of a search key without article, plural and the digits of darija."""
    if _ARABIC.search(word):
        return _ARABIC_SUFFIX.sub("", _ARABIC_PREFIX.sub("", word))
    if not _HAS_LETTER.search(word):
        return word
    folded = word
    for pattern, letter in _LATIN:
        folded = pattern.sub(letter, folded)
    return folded or word


def one_edit_apart(word: str, other: str) -> bool:
    """Whether one letter is missing, added, wrong, or swapped with its neighbour."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    left, right = word[start:], other[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )


def with_one_letter_less(word: str) -> set[str]:
    """The word and all that remains of it without one letter: words one edit apart share one."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
