"""The passwords everybody tries first. `python -m app.accounts.common_passwords` writes the bundled list anew."""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt.gz")

CLASSICS = """
password passwort passw0rd p@ssword p@ssw0rd pass1234 pass123 letmein letmein1 welcome welcome1 admin admin123 administrator root toor
qwerty qwerty123 qwerty1234 qwerty12345 qwertyuiop qwertz qwertz123 azerty azertyuiop asdfgh asdfghjkl asdf1234 asdfasdf zxcvbn zxcvbnm
1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 zaq12wsx zaq1zaq1 qazwsx qazwsxedc q1w2e3r4 q1w2e3r4t5 qweasd qweasdzxc qwe123 qweqwe asd123 zxc123
abc123 abcd1234 abc12345 a1b2c3d4 aa123456 a123456789 123456a 123456789a 123qwe 123abc 12qwaszx 1a2b3c4d 987654321 0987654321 1122334455
112233 121212 123123 123123123 123321 1234567 12345678 123456789 1234567890 12344321 147258369 159357 159753 963852741 741852963 789456123
iloveyou iloveyou1 ilovegod iloveu lovely love123 loveme loveyou mylove babygirl babyboy trustno1 whatever nothing secret changeme default
guest test test123 testing tester testtest temp temppass master hacker access login logmein computer internet keyboard monitor windows linux
google facebook youtube twitter instagram netflix spotify amazon samsung iphone android microsoft apple nokia sony playstation nintendo xbox
pokemon pikachu minecraft fortnite roblox counterstrike warcraft starcraft starwars startrek superman batman spiderman ironman thor avengers
matrix mustang ferrari porsche mercedes bmw audi toyota honda nissan corvette camaro harley yamaha suzuki kawasaki ducati lamborghini jaguar
dragon monkey tiger lion eagle falcon phoenix panther cobra viper shark dolphin wolf wolves bear bulldog rottweiler puppy kitty kitten cat dog
horse pony unicorn butterfly spider scorpion snake turtle rabbit bunny chicken mouse elephant penguin panda koala buffalo bull ram hawk raven
sunshine moonlight starlight rainbow summer winter spring autumn january february march april may june july august september october november
december monday tuesday wednesday thursday friday saturday sunday morning midnight forever always never angel angels heaven hell devil satan jesus
christ church god blessed faith grace hope peace freedom liberty justice victory glory power money rich dollar diamond gold golden silver bronze
platinum crystal ruby sapphire emerald purple yellow orange green blue red black white pink violet indigo scarlet crimson chocolate cookie candy
sugar honey cheese pizza burger pepper ginger cinnamon vanilla banana apple cherry strawberry peach lemon mango coconut pineapple watermelon tomato
potato coffee beer whiskey vodka tequila wine soccer football baseball basketball hockey tennis golf volleyball rugby cricket boxing wrestling
karate judo swimming running cycling surfing skating snowboard skiing racing fishing hunting camping dancing music guitar piano drums violin metal
rock jazz hiphop techno metallica nirvana slipknot eminem tupac beatles elvis madonna rihanna beyonce shakira bieber liverpool chelsea arsenal
manchester united juventus milan inter barcelona barca realmadrid madrid atletico sevilla valencia betis bayern dortmund ajax benfica porto
sporting partizan zvezda crvenazvezda delije grobari hajduk dinamo cska zenit galatasaray fenerbahce besiktas yankees redsox cowboys steelers
packers raiders lakers bulls celtics warriors ranger rangers hunter killer ninja samurai warrior soldier sniper pirate wizard merlin gandalf
frodo hobbit potter harrypotter hermione hogwarts gryffindor voldemort skywalker yoda vader princess prince king queen knight castle legend hero
zombie vampire ghost monster demon thunder lightning storm tornado hurricane fire flame inferno ice snow water ocean river mountain island beach
forest garden flower rose lily daisy jasmine violet orchid sunflower tree london paris berlin madrid rome newyork boston chicago dallas texas
california florida vegas hollywood america england ireland scotland france germany spain espana mexico argentina colombia chile peru brazil brasil
italia serbia srbija beograd belgrade novisad nis zagreb hrvatska bosna sarajevo crnagora podgorica makedonija skopje slovenia ljubljana russia
canada australia japan tokyo china india family friends friend mother father mommy daddy mama papa brother sister baby sexy sexygirl hottie cutie
player playboy gangster gangsta pimp boss bigboss chief captain major general doctor nurse teacher student school college university lawyer police
fireman driver pilot engineer manager service support office business company server database network oracle cisco router wireless hello hello123
helloworld goodbye thanks please welcome2 enter open sesame opensesame letmein123 nopassword mypassword newpassword password1 passw0rd1 yourpassword
""".split()  # noqa: SIM905

NAMES = """
aaron abigail adam adrian aida alan albert alejandra alejandro aleksandar aleksandra alex alexander alexandra alexis alice alicia allison alvaro
amanda amber amelia ana andjela andrea andreas andrej andres andrew angela angelica angelina anita anja anna anne anthony antonio ariana armando
arthur ashley austin barbara beatriz ben benjamin bernard beth bianca bill bob bojan bojana boris brandon branko brian brittany brooke bruno bryan
camila carla carlos carmen carolina caroline catherine cecilia charles charlie charlotte chloe chris christian christina christine christopher clara
claudia connor cristian cristina cynthia daisy damian daniel daniela danijel danijela danilo danny dario darko david dejan dennis diana diego dijana
dimitrije dominic dragan dragana dusan dylan eduardo edward elena elizabeth ella ellen emily emma enrique eric erik esteban eva evan fabian felipe
felix fernando filip frances francesco francisco frank gabriel gabriela garrett gary george gerard gloria goran gordana grace grant greg gregory
guillermo gustavo hannah harold harry heather hector helen helena henry hugo ian igor irene irina isabel isabella ivan ivana ivica jack jackson
jacob jaime jake james jamie jan jana jane janet jason javier jelena jennifer jeremy jesse jessica jesus jim joan joana joe joel john jonathan jordan
jorge jose joseph joshua jovan jovana juan juana julia julian juliana julie julio justin karen karina karla katarina kate katherine kathleen katie
keith kelly ken kenneth kevin kim kimberly kristina kyle laura lauren lazar leah leo leonardo leticia liam lidia lily linda lisa logan lorena louis
lucas lucia lucy luis luka luke madison manuel mara marc marcela marco marcos margaret maria mariana marija marijana mario marina marisa mark marko
marta martin martina mary mason mateo matthew matt max maya megan melanie melissa mia michael michelle miguel mihajlo mike mila milan milena milica
milos miljan mirjana mirko miroslav mladen molly monica monika morgan nadia nancy natalia natalie natasa nathan nebojsa nemanja nenad nicholas nick
nicole nikola nikolina nina noah nora norma oliver olivera olivia olga omar oscar owen pablo pamela paola patricia patricio patrick paul paula pavle
pedro peter petar petra philip predrag rachel rade radovan rafael ramon raquel raul rebecca ricardo richard rita robert roberto rocio rodrigo roger
roman ronald rosa ruben ruth ryan samantha samuel sandra santiago sara sarah sasa sasha sean sebastian sergio shannon sharon silvia simon slavica
slobodan slavko snezana sofia sonia sonja sophia sophie srdjan stefan stefana stephanie stephen steve steven strahinja suzana svetlana sydney tamara
tanja tara taylor teodora teresa theresa thomas tiffany tihomir tijana tim timothy tina todor tom tomas tony tyler uros vanessa vanja vera veronica
veronika vesna victor victoria viktor viktorija vincent violeta vladan vladimir vojislav vuk vukasin walter wendy william xavier yolanda yvonne
zachary zdravko zeljko zivko zoe zoran zorana
""".split()  # noqa: SIM905

GYM = """
gym gymrat gymlife gymtime mygym spotter barbell dumbbell kettlebell deadlift deadlifts squat squats bench benchpress bench100 bench225 press
overhead snatch cleanjerk powerlifting powerlifter weightlifting weights weightlifter lifting lifter lift liftheavy heavy bodybuilding bodybuilder
muscle muscles biceps triceps chest shoulders legday armday backday sixpack abs core cardio crossfit wod hiit spinning pilates yoga zumba aerobics
treadmill rowing rower burpee burpees pullup pullups pushup pushups plank lunges stretching mobility fitness fitnessgirl fit fitlife strong stronger
strongest strongman ironman irongym iron ironpump pump pumped beast beastmode nopain nogain nopainnogain gains gainz swole shredded ripped bulk
bulking cutting protein whey creatine preworkout calories nutrition diet keto health healthy wellness training trainer coach coaching athlete
athletics sport sports team champion champions winner marathon runner sprint sauna locker reception frontdesk desk checkin turnstile membership
member members owner staff trainer1 coach1 gimnasio entrenador entrenamiento pesas musculo fuerza fuerte salud deporte deportes campeon teretana
trener trening tegovi snaga misici jak jaka zdravlje sport sampion cucanj mrtvodizanje benc
contrasena contraseña clave secreto hola holahola amor amormio teamo tequiero princesa corazon estrella angelito bebe bonita hermosa familia amigo
amigos mariposa chocolate dios diosesamor jesucristo futbol perro gato caballo leon sol luna cielo verano invierno primavera dinero casa feliz
lozinka sifra ljubav volimte sunce zvezda mesec srce dusa andjeo porodica drugari pas macka konj lav vuk leto zima prolece novac kuca sreca
beograd011 srbija1 kosovo vojvodina sumadija dunav sava jugoslavija fudbal kosarka odbojka vaterpolo muzika gitara
""".split()  # noqa: SIM905

ENDINGS = (
    "",
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "!",
    "1!",
    "123!",
    "01",
    "007",
    "69",
    "99",
    "00",
    "2020",
    "2023",
    "2024",
    "2025",
    "2026",
)
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn")


def everything() -> set[str]:
    words = {*CLASSICS, *NAMES, *GYM}
    return {entry for entry in {*with_endings(words), *walks(), *digits(), *birthdays()} if len(entry) >= 3}


def with_endings(words: set[str]) -> Iterator[str]:
    for word, ending in product(words, ENDINGS):
        yield word + ending


def walks() -> Iterator[str]:
    """Along a row, back again, down the columns, and two rows side by side."""
    for row in ROWS:
        for size in range(4, len(row) + 1):
            for start in range(len(row) - size + 1):
                piece = row[start : start + size]
                yield from (piece, piece[::-1], piece + piece, piece + piece[::-1], piece + "123", "123" + piece)
    for columns in range(2, 7):
        for start in range(10 - columns + 1):
            yield "".join("".join(row[place] for row in ROWS[:3] if place < len(row)) for place in range(start, start + columns))


def digits() -> Iterator[str]:
    for number in range(1000):
        yield from (f"{number:03}" * 2, f"{number:03}" * 3)
    for number in range(100):
        yield from (f"{number:02}" * 3, f"{number:02}" * 4, f"{number:02}" * 5)


def birthdays() -> Iterator[str]:
    """Every day of the years people are born in, of which the commonest way to write it: 24121985."""
    day = date(1975, 1, 1)
    while day < date(2006, 1, 1):
        yield day.strftime("%d%m%Y")
        day += timedelta(days=1)


@cache
def common_passwords() -> frozenset[str]:
    return frozenset(gzip.decompress(LIST.read_bytes()).decode().split())


def packed() -> bytes:
    return gzip.compress("\n".join(sorted(everything())).encode(), 9, mtime=0)


if __name__ == "__main__":
    LIST.write_bytes(packed())
