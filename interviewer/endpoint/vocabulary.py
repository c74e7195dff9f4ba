"""What OpenAI's two current vocabularies have in common, for counting tokens where neither can be had.

Written by `python -m benchmarks.vocabulary` from `cl100k_base` and `o200k_base`; the counting itself is in `tokens`.
"""

from __future__ import annotations

_WORDS = """
ab abandon ability able abnormal abort about above abs absolute absolutely absor absorb abstract abuse ac acad academic acc acceler
acceleration accelerator accept acceptable accepted accepts access accessible accident accidents accom accord according account accounts
accum accur accuracy accurate accused achie achieve acid ack acknow acl across act acting action actions activ activation active
activities activity actor acts actual actually ad adapt adapter adaptive add added adding addition additional addr address addresses adds
adj adjust adjusted adm admin administr administration admission adopt ads adult adults adv advance advanced advant advantage advent
advert advertising advice advis advoc aes af aff affect affected affects affili affinity afford after afternoon afterwards ag again
against age agencies agency agent agents aggregation aggress ago agre agree agreed agreement ahead ai aid aim aimed air aircraft airflow
akka al alarm alarms alb album alcohol alert alerted alerts algorithm alias aliases align aligned alignment alike alive all alle alleg
alloc allocated allocation allow allowed allowing allows almost alone along alongside alpha already als also alt alter altern alternate
alternative although always am amazing amb ambiguous among amount amounts an anal analy analys analyse analyses analysis analytic
analytical analytics analyze ancient and android androidx ang angle anim animal animals animated animation ann announced annual anomal
anomaly anonymous another ans answer answers ant anti any anyone anything anyway anywhere ao ap apache apart apartment api app apparently
appe appeal appeals appear appearance appeared appears append applic applicable application applications applied apply appoint appro
approach appropri appropriate approval approve approved approx approximate approximately approximation apps aqu ar arc arch architect
architecture archived are area areas aren arg argc args argument arguments argv aria arithmetic arm arms army around arr arrange arranged
array arrest arriv arrival arrive arrived arrives arrow art article articles artifact artificial artist artists artwork as asc aside ask
asked asking asks aspect aspects ass assault assembly assert assess assessment asset assets assign assigned assist assistance assistant
associ associated association assum assume ast async asynchronous asynchronously asyncio at ath atlas atmos atomic att attach attached
attack attacker attacks attempt attempts attend attention attorney attr attract attribute attributes au auc auch aud audience audio audit
auditor auf augment aus aut auth authentic authenticated authentication author authorities authority authors auto autom automat automate
automatic automatically automation aux av availability available avatar avec average averages avoid avoids aw await award aware away
awesome aws ax axios axis az ba baby back backbone backend background backing backlog backs backup backups backward bad bag baked bal
balance balanced balances balancing ball balloon ban band bandwidth bank banks banned bans bar bare barrier bas base based baseline basic
basically basics basis basket bat batch batches batching bath bathroom batt batter battery battle be beach beam bear beat beats beaut
beautiful beauty because become bed bedroom been beer before beforehand beg began begin beginning beh behave behaves behavior behind bei
being bel belie beliefs believe believed believes belong belongs below ben bench benchmark benef benefit benefits ber bert bes beside
besides best bet beta better between bey beyond bf bg bi bias biases bid bien big bigger biggest bike bill billing billion billions bin
binary bind binding binds bir bird birth birthday bis bit bits bl black blacklist blank ble blo blob block blocked blocking blocks blog
blood bloom blow blue bn bo board boat bodies body bold bomb bon bond bonus book books bool boolean boost boot border borderline born boss
bot both bots bott bottom bought bound boundary bounded bounds bow box boxes boy boys br brain branch brand brands bre breach break
breakdown breaker breaking breaks breath bridge brief bright bring bringing brings bro broad broadcast broadcasts broke broken broker
bronze brother brought brown browser brush brute btn bu bubble bubbles bucket buckets budget budgets buf buff buffer buffered buffering
buffers bug bugs build builder building buildings built bul bulk bunch bund bundle bur burden burn burst bus business businesses busy but
butter button buttons buy buying by bypass byte bytes ca cabin cable cach cache cached caches caching cal calc calcul calculate calendar
calibration call callback called callers calling calls cam came camera camp campaign campus can canal cancel cancellation cancelled cancer
candid candidate candidates cann canned cannot canvas cap capable capacity capital capped caps capt capture car carbon card cards care
career careful carefully carr carried carries carry carrying cars cart cartoon cas cascade case cases cash casino cast cat catalog catch
catches categor categories category caught cause caused causes causing cb cc cd ce cele celebr cell cells cent center central centre
century cep cer cert certain certificate cfg ch cha chain chair chall challenge challenges champion chance chang change changed changes
changing channel channels chaos chapter char character characters charg charge charged charges charset chart chat chats che cheap cheaper
cheat cheated check checked checker checking checkout checkpoint checkpoints checks checksum chem chemical chest chief child children
chinese cho choice choices choose chooses chose chosen chunk chunks church ci cin circ circle circuit cit cities citiz citizens city civil
cl claim claimed claims clashes class classes classic classification classifier classifiers classify clause cle clean cleaned cleaning
cleans cleanup clear clearly click clicks client clients clim climate clin clinical clip clo clock clone clos close closed closer closes
closing clothes cloud cls club cluster clusters cm cmd cn cnt co coach coal coast cock code codes coding coerc coff coffee coin col cold
coll collabor collaps collapse colle colleague collect collected collecting collection collections collective collects college colon color
colors colour column columns com comb combat combin combination combine combined combining come comes comet comfort comfortable coming
comm command commands comment comments commercial commission commit commitment committed committee committing common communic communicates
communication communities community como comp compact compan companies company compar compare compared comparison compat compatibility
compens compet compete competing competition competitive compil compilation compile compiled compiling compl complain complaint comple
complet complete completed completely completion complex complexity compliance component components composer compr compreh compress
compressed compression comput computation computational compute computed computer computes computing con conc concat concent concept
concern concrete concurrency concurrent concurrently cond condition conditional conditions conduct conducted conf conference confidence
confidential config configur configuration configure confirm confirmation confirmed conflic conflict conflicting conn connect connected
connection connections cons consc consensus consent consequ conserv conservative consider considered considering consist consistency
consistent console const constant constantly constit constrain constrained constraint construct construction constructor consult consum
consume consumed consumer consumers consumes consumption cont contact contain contained container containing contains contend content
contention contents contest context contexts contin continu continual continually continue continued continues continuing continuous
continuously contr contract contracts contrast contrasting contrib control controlled controller controlling controls controvers conv
conven conver convergence convers conversation conversations conversion conversions convert converts cook cookie cookies cool cooldown
cooperate cooperation coordinates cop cope copied copies copy copying copyright cor core corn corner coroutine corpor corporate corpus
corre correct corrected correction correctly correlation correspond corrupt cos cosine cost costly costs cou could couldn coun count
counted counter countries country counts county coup couple cour course courses court cout cover coverage covered covers cp cpu cr craft
crash crashes crawler crazy cre cream creat create created creates creating creation creative cred credit cref crew crime criminal crit
criteria critic critical cro cron cross crosses crow crowd cruc crush crusher crushing cry crypt cs csv ctx cu cuda cues cul cult cultural
culture cum cup cur curated curl curr currency current currently cursor curve custom customer customers cut cuts cutting cv cy cycle da
dag daily dam damage dan dance danger dangerous dans dar dark das dashboard dass dat data database databases dataset date dated dates
datetime dating daughter day days db de dead deadline deadlines deal dealing deals dear death deb debate debt debug debugging dec decade
decades decent decentral decid decide decided decides deciding decimal decision decisions deck decl declar declarations declared decode
decoded decoding decor decre ded deep def default defe defect defence defend defense define defined definitely definition definitions deg
degree degrees del delay delayed delegate delet delete deleted deletes deleting deletion deliver delivered delivers delivery della delta
dem demand demands demo democr demon den denied dense deny dep depart department depend dependencies dependency depending depends deploy
deployed deploying deployment deprecated depth der deriv derived des desc describe described describes description design designed
designer designs desire desired despite dest destination destroy destroyed det detail detailed details detect detection detective detector
detects deter determin determine determined dev develop developed developer developers developing development device devices df di diagn
diagnostic diagram dialog dialogue diam dict dictionary did didn die died dies diet dif diff differ difference differences different
differs difficult difficulty diffusion dig digest digit digital dim dimension dimensions din dinner dir dire direct directed direction
directions directly director directory dirt dirty dis disable disabled disagree disappear disappoint disaster disc discard discipl
disconnect discount discover discovered discovery discriminator discuss discussion dise disease dish disk disks dismiss disorder disp
dispatch display displayed disruption diss dist distance distilled distinct distr distrib distribute distributed distribution
distributions district div divers divid divide divides division django do doc docker doctor document documentation documented documents
does doesn doesnt dog dogs doing doll dom domain domestic domin don done dont door doors dos dot doub double doubles down download
downstream dp dr draft drag drain draining dram draw drawing drawn dream dress drift drill drills drink drive driven driver drivers drives
driving dro drop dropout dropped dropping drops drug drugs dry ds dst dt dtype du due duel dummy dump duplicate dur durable duration
during dut duty dw dx dy dyn dynamic each eagle ear earlier early earn earned earth eas ease easier easily east easy eat eating ec ecc
echo econ econom economic economy ed edge edges edit editing edition editor educ education een eff effect effective effectively effects
efficiency efficient effort efforts eg eight ein eine einen either eject eks el elastic ele elect election electric electronic elem
element elements elev elif elig elim elk else elseif elsewhere elt em email emails emb embed embedded embedding embeddings emerg emergency
emit emot emotional emp emph employ employee employees employment empty en enable enabled enc enclave encode encoder encoding encounter
encour encourage encrypt encrypted encryption end ended endif ending endl endless endpoint ends enemies enemy energ energy enforce
enforced enforcement eng engine engineer engineered engineering engineers engines english enh enhancement enjoy enlarge enough enrich ens
ensure ensures ent enter entered enters entire entities entity entr entre entries entry enum enumer enumerate env environment
environmental envoy ep episode epoch eq equ equal equally equals equilibrium equipment equivalent er era erase erot err error errors es
esc escap escape escaping escort especially ess essay essential essentially est esta establish established estate este estim estimate
estimated estimates et etc eth ethernet ethic eu ev evade eval evaluate evaluated evaluation even evening evenly event events eventual
eventually ever every everybody everyone everything everywhere evid evidence evil evolution evt ex exact exactly exam examine examiner
example examples exc exceed excell excellent except exception excess exchange exchanged exchanges excited exciting exclude exclusive exec
execute executed execution executive executor exem exerc exercise exhaust exhib exist existence existing exists exit exp expand expansion
expect expectation expectations expected expensive exper experi experience experienced experiences experiment experiments expert experts
expire expired expiry expl explain explained explains explan explicit explo explode explore explos export exported exports expos exposed
exposes exposure expr express expressed expression ext extend extended extends extension extent extern external extr extra extract
extracted extraction extrem extreme extremely ey eye eyes fa fab fabric fac face faces facilities facility facing fact factor factors
factory facts fade fail failed failing fails failure failures fair fairly faith fake faker fall fallback falling falls false fam familiar
families family famous fan fans fant fantastic far farm fasc fashion fast faster fastest fat father fault fav favor favorite favour fd fe
fear feast feat feature featured features fed federal fee feed feedback feeds feel feeling feelings feels fees feet fell fellow felt fem
female fetch fetched fetching few fewer fi fid fidelity field fields fif fifty fig fight fighting fights figure figures fil file filed
filename files fill filled fills film films filter filtered filtering filters fin final finally financial find finding findings finds fine
finger fingerprint finish finished finishes finishing fire fired firm first fish fit fits fitting five fix fixed fixes fixture fl flag
flagged flags flap flash flask flat fle flex flight flip flo float floating flood floor flow flows fluent fluid flush flux fly fmt fn fo
foc focus focused fol fold folder folders follow followed following follows font foo food foods fool fooled foot football for forbid
forbidden force forced forces fore foreach foreign forest forever forg forged forget forgotten form format formats formed former forms
formula fort forth forum forward forwards found foundations four fourth fp fprintf fr fra fraction fractional frag fragment fragmentation
frame frames framework frameworks fraud fre free freedom freely frees freeze frequ frequency frequent frequently fresh freshness fri
friend friendly friends fro from front frontend frozen fruit fs ft fuck fuel ful full fully fun func function functional functionality
functions fund fundament funding funds funny furn furniture further fus fused fusion future ga gain gains gal gam game games gan gang gap
gaps gar garbage garden gas gate gates gateway gather gathers gaussian gave gay gb ge gear gen gender gene gener general generally
generate generated generates generating generation generator generators generic genuine ges gest get gets getting gi giant gift girl girls
git github give given gives giving gl glacier glad glass glo glob global glue go goal goals god goes going gold golden gone good goods
google got goto gover govern government gp gpu gr grab grad grade graded gradient gradients grads gradual gradually gran grand grant
granted graph graphics graphs grat gratis gray gre great greater greatest greedy green grew grey grid gro ground grounded grounding
grounds group grouped grouping groups grow growing grown grows growth grpc gt gu guar guard guarding guards guess guessing guest guests
guid guide gun guy guys ha hab habit had hair hal half hall ham hand handful handle handled handler handles handling hands hang hangs happ
happen happy har harbor hard harder hardly hardware harm has hash hashed hashes hashing hasn hat hate have haven having he head header
headers heading heads heal health healthy heap hear heard hearing heart heartbeat heat heav heavy height hel held hell helm help helped
helper helpful helping helps hence her here hero hers het hex hi hidden hide hides hier hierarchical high higher highest highlight highly
him hint hints hires his hist histor historical history hit hits hive ho hoc hog hold holder holding holds hole holiday hom home homes hon
honest honor honour hook hop hope hoping hops hor horizontal horse hospital host hosted hosting hot hotel hour hourly hours hous house
household houses housing how however href html http https hub huge hum human humans hun hundred hundreds hung hur hurt hus husband hy
hybrid hyp hyper iam ice iceberg ich icon id ide idea ideal ideally ideas ident identical identifiable identification identified
identifier identifiers identify identifying identity idle ids idx if ign ignite ignore ignored ih ii ik il ill illegal illness illustr im
imag image images imagine imaging imbalance img imm immediate immediately immigr immigration immutable imp impact impl implement
implementation implementations implemented implements implied import importance important imports impossible impress impro improv improve
improved in inappropriate inbound inc inception inches incident includ include included includes including income incoming inconsistent
incontri incor incorrect incre increase increased increases increasing incred incredible increment incremental increments ind inde indeed
independ independent index indic indicate indicates indices indirect indiv individual individuals indu industrial industry inf infer
inference infinite infinitely infl influ influence influx info inform information infrastructure ing ingest ingredients ingress inher init
initi initial initialise initialization initialize initializes initially inj inject injection injury inline inn inner innov input inputs
ins insert inside insiders inspect inspir inspired inst install installation installed instance instanceof instances instant instantly
instead instit institution institutions instr instruct instruction instructions instrument insufficient insurance int integ integer
integers integr integration integrity intel intelligence intended intensity intensive intent intention intents inter interactive interest
interested interesting interests interface interior intermediate intern internal international internet interpret interrupt interval
interview into intr intra introdu introduced inv invalid inventory invest investig investigation investment investors invol involved io ip
ir iron is isinstance island isn isol isolate isolated isolation iss isset issue issued issues ist it item items iter iteration iterative
iterator its itself ja jail jav java javax je jest jit jitter jo job jobs join joined joins joint jointly jour journal journey js json ju
jud judge judged judges judging jump jumping jumps just justice justify jwt kafka kan kann ke keep keeping keeps kept kernel kernels
kettle key keyboard keyed keys keyword kick kid kids kil kill killed killing kind kinds king kitchen km kms kn kne knee knew knock know
knowing knowledge known knows ko kom kv la lab label labeled labelled labels labor lack lacks lag lake lamb lambda land lands lang
language languages laptop larg large larger largest las last lasts lat late latency latent later lateral latest latter laugh launch
launched law laws lawyer lay layer layered layers layout lazy lb le lead leader leaders leadership leading leads league leak leaked
leaking leaks lean learn learned learning least leave leaves leaving led left leg legal legend legis legisl legislation legit legs len
length lengths les less let lets letter letters level levels li lib library lic license licensed lie lies lif life lifecycle lifetime lift
light lighter lightning lights lightweight lik like liked likely likes lim limit limitations limited limiting limits lin line lineage
linear lines linger link linked links liqu liquid list lista listed listen listener listening listing lists lit liter little liv live
lived lives living ll llama lo load loaded loading loads loan loc local locality localization locate located location locations lock
locked locks log logged logger logging logic login logo logs long longer longest look looked looking looks lookup loop los lose loses
losing loss losses lost lot lots love loved low lower lowered lowering lowers lowest lr luck lunch lux ly ma mac mach machine machines mad
made mag magazine magic magn mail main mainly maint maintain maintenance mais major majority make makes makeup making mal male malformed
malicious malloc man manage managed management manager manages mand manifest manip manner manual manually manufact manufacturer
manufacturing many map mapping maps mar march margin mari mark marked marker market marketing markets marks marriage married mart mas mask
masks mass massage massive master mat match matched matches matching material materials math matrices matrix matter matters mature max
maximum may maybe mb md me meal mean meaning means meant meanwhile meas measure measured measurement measures meat mechan med media median
medic medical medicine medium meet meeting mel mem member members membership memory men ment mental mention menu mer merely merg merge
merged merging mes mesh mess message messages met meta metadata metal method methods metric metrics mg mi micro mid middle mig might migr
migration mil mile miles milit military milk mill million millions milliseconds min mind mine mini minimal minimum mining minister minor
minors minute minutes mir mirror mis misleading mismatch miss missed misses missing mission mist misuse mit mix mixed mixing ml mm mo mob
mobile mock mod modal mode model models moder moderate moderation moderator modern modes modified modify module modules molecule mom
moment moments mon money mongo mongodb mongoose monitor monitored monitoring monitors month monthly months mor moral more morning mort
most mostly mot mother motion motiv motor mount mouse mouth mov move moved movement moves movie movies moving mp mq mqtt ms mse msg mt mu
much mul mult multi multip multiple multiply mur murder mus muscle music must mut mutable mutually mx my mys myself mysql mysqli myst myth
na nach naive name named names namespace nan narr narrow nation national native natur natural naturally nature nav navbar navigation nd ne
near nearby nearest nearly necess necessary neck need needed needless needs neg negative neighbor neighborhood neither ner net nets
network networks neural neuron neurons never new newest newly news newsp next nf ng ni nice nicht nie night nightly nil nine nn no nob
nobody node nodes noise noisy nom nombre non nonce none nor norm normal normalize normally north nos not note notebook noted notes nothing
notice noticed noticing notification notify nov novel now np ns nu nuclear nue null nullable nullptr num number numbers numer numerous
numpy nums nur nut oauth ob obj object objective objects obs observ observation observe observed obsolete obt obtain obvious obviously occ
occas occasion occup occupancy occupies occur occurred occurs och od odd odds oder of off offensive offer offered offering offers offic
office officer officers official officials offline offs offset offsets often og oh oil ok ol old older oldest om omission on once one ones
ongoing online only ont onto op open opened opening oper operate operating operation operations operator operators opin opinion opp oppon
opponent opportunity oppos oppose opposing opposite opposition ops opt optim optimal optimization optimizer option optional optionally
options opts or ord order ordered ordering orderly orders ordinary org organ organisation organised organization organizations orient
orientation orig origin original originally originals originates origins orphan os oss ot other others otherwise ou our ours out outage
outbound outcome outdated outdoor output outputs outside outstanding over overall overhead overlap overlapping overlaps overload overnight
overpower override overwrite overwritten ow own owned owner owners ownership pa pace pack package packaged packages packaging packed
packet packing pad padded padding pag page pager pages paging paid pain paint pair pairs pal pan pand pandas panel paper papers par para
paragraph parallel param parameter parameters params parent parents park parking pars parse parsed parser parsing part partial partic
particip participants particular particularly parties partition partitions partner partners parts party pas pass passages passed passes
passing passion password past pat patch path paths patient patients pattern patterns pay paying payload payment payments pb pc pd pdb pdf
pe peace peak peaks ped peer pel pen penalty pending people per percent percentage percentile perception perfect perfectly perform
performance performed performs perhaps period periodic periodically perm perman permanent permission permissions permit permitted pers
persist persistent person personal personally persons perspective pet ph pharm phase phen phil phone phot photo photograph photos phys
physical pi pic pick picked picture pictures pid pie piece pieces pii pil pile piles pill pin pinned pins pip pipe pipeline pipelines
pitch pix pixel pixels pl place placed placeholder placeholders placement places placing plain plan plane planet planned planning plans
plant plants plastic plate platform platforms play played player players playing plays ple please plenty plot plt plugin plus pm po pod
pods poetry point pointed pointer pointers pointing pointless points poison pol polic police policies policy polit political politics poll
polling poly pool pools poor pop popular population por porn porno port portion pos position positions positive positives poss possess
possibility possible possibly post posted postgres posts pot potential potentially pour pow power powered powerful powers pp pr pract
practical practice pre prec precision pred predict predicted prediction predictive prefect prefer preference preferred prefix prefixes
pregn preload prem premise premium prep prepar prepare prepared preprocess preprocessing pres presence present presentation presented
preserve president presidential press pressing pressure pret pretty prev prevent prevents previous previously pri price prices prim
primarily primary prime princip principal print printf println prior priorit priority prison priv privacy private privile privilege pro
prob probability probably probe probes proble problem problems proc proced procedure proceed process processed processes processing
processor processors prod produ produce produced producer produces product production products prof profession professional professor
profil profile profiler profiles profiling profit program programming programs progress progressive prohib project projects prom promise
promot promote prompt prompting prompts prone proof prop proper properties property proportion propos proposal proposed props pros prosec
prostit prot prote protect protected protection protects protein protest protobuf protocol prototype proud prov prove proves provid
provide provided provider providers provides provision proxy prune pruning ps psych pt ptr pub public publish published pued pul pull
pulled pulling pulls pump pun pup pur purch purchase purchased purchases pure purge purpose purs push pushed pushes put puts putting py
python qu quadratic qual qualified quality quant quantify quantity quarter que quer queries query quest question questions queue queued
queues qui quick quicker quickly quiet quilt quite quota quotas quote quotes ra rabbit rac race rack rad radi radio radius radix raft rag
rail rain rainbow rais raise raised raises raising ram ran rand random randomness range rank ranks rap rapid rare rat rate rates rather
rating ratio raw ray rc re reach reached reaches reaching react reaction reactor read reader readers readiness reading readonly reads
ready real realism realistic reality realize realized really realtime rear reason reasonable reasons reb rebuild rebuilding rebuilt rec
recall rece receive received receiver receiving recent recently recipe recogn recognise recognition recognize recognized recomm recommend
recommended reconnect reconstruct reconstruction record recorded recording records recover recovery recreate rect red redirect redis
redistribute redo redu reduce reduced reduction ref refer referee reference referenced references referred refin refine refined refinement
refining reflect reflects reform refresh refuge refusal refuse refused refuses reg regard regarding regardless regex region regional
regions regist register registered registration registry regress regression regul regular regularly regulation regulations rein reject
rejection rejects rel relate related relation relational relations relationship relationships relative relatively relax rele release
released releases relevant reli reliable relies relig religion religious reload rem remain remained remaining remains remark remedy
remember remembers remote removal remove removed removes removing ren rename rencontre render renew rent reorder rep repair repaired repe
repeat repeated repl replace replaced replacement replaces replacing replay replica replicas replication replies reply repo report
reported reporting reports repository represent representation representations representative represented representing represents repro
reprodu reproduce reproduction req requ request requested requests require required requirements requires res resc research researchers
resend reserv reserve reserved reserves reset resident residents residual resistance resize resizing resolution resolve resort resource
resources resp respect respond respons response responses responsibility responsible rest restart restaur restaurant restaurants restore
restored restoring restr restrict restricted rests result resulting results resume resumes ret retail retain retained retention retire
retr retries retrieve retry return returned returning returns reuse reused rev reve reveal revenue reverse reversed reversible revert
review reviewed reviewer reviews revision revolution reward rewrite rhs rich rid ride rig right rights ring ris rise rises risk risks
risky rival river rng ro road rob robin robot rock role roles roll rollback rolled rolling rollout rolls rom roof room rooms root rot
rotated rotation rough round rout route routed router routes routine routing row rows rs rt ru rub rule rules rum run running runs runtime
rush rust sa sac sad saf safe safer safety said sake sal sale sales salt sam same sample sampled sampler samples sampling san sand sandbox
sans sat satisf sav save saved saves saving saw say saying says sb sc scal scala scale scaled scaler scales scaling scan scans scarce
scatter scattered scen scenario scene sch sched schedule scheduled scheduler schedules scheduling schema scheme school schools science
scient scientific scientists scop scope scoped scor score scores scr scrap scre screen screening screens script scroll scrub sdk se sea
search searching season seasons seat sec second secondary seconds secret section sections sector secure security sed see seed seeds seeing
seek seeking seem seemed seems seen sees seg segment sel select selected selection selectively selector self sell selling sem semantic
semaphore semi sen send sender sending sends senior sens sense sensitive sensor sent sentence sentences sentiment sentinel separ separate
separation seq sequ sequence sequential ser serial series serious seriously serv serve served server servers serves service services
serving ses sess session sessions set sets sett setting settings settle setup seven sever several severe sex sexual sexy sf sh sha shadow
shall shape shar shard shards share shared shares sharing she shed sheet shell shift ship shipping shirt shock shoes shoot shooting shop
shopping short shorten shortened shorter shortest shot shots should shouldn show showed showing shown shows shr shrink shuffle shut
shutdown si sich sick sid side sides sie sig sight sign signal signals signature signed signific significant signing signs sil silent
silently silver sim similar similarity simp simpl simple simplest simplified simply sin since sind sing single sink sinks sister sit site
sites sitting situ situation six size sized sizeof sizes sk ske sketch skew skill skills skin skip skipped sky sl sla slack sleep slic
slice slicing slide sliding slight slim slo slot slots slow slower slowly slows sm small smaller smart smile smooth sn snap snapshot
snapshots snow so sob sobre soc soci social society sock socket soft soften software sol solar sold soldiers sole solid solo solution
solutions solve solved solves som some somebody someone something sometimes somewhat somewhere son song songs sont soon sooner sorry sort
sorted sou soul sound sounds source sources south sp space spaces spam span spare spark sparse spe speak speaking spec special species
specific specifically specified specify spect spectral speculation speculative sped speech speed speeds spell spelling spend spending
spends spent spike spill spin spirit spl split splits splitting spoke spokes spons sport sports spot spr spread spreading spreads spring
sprintf sql squ square squared src ss ssl st stab stable stack staff stage staged stages staging stale stall stalls stamp stand standalone
standard standards standby standing stands star stars start started starting starts startup stat state stated statement statements states
static station stations statistic statistical statistics stats status stay stays std ste steel steering step steps stick sticky still stim
stitch stochastic stock stolen stone stood stop stopped stopping stops stor storage store stored stores stories storing storm story str
straight strange strateg strategies strategy stre stream streamed streaming streams street strength stress stretch strict stride strike
string strings strip strlen stroke strong stronger struct structural structure structured structures strugg struggle stub stuck stud
student students studies studio study stuff style styled styles su sub subject subjective subjects submit submitted subs subscription
subset substant substantial substr subtle suc succeed success successful successfully such suff suffer sufficient sugar suggest suggested
suit suitable suits sum summar summary summed summer sums sun sup super supervised supplies supply support supported supporters supporting
supports supposed sur sure surely surface surg surge surgery surpr surprise surprising surround surv surve survey sus susp suspect suspend
sust sustain sv svn sw swap swapped swe sweet swell swelling switch switches switching sy sym symbol sympt symptoms syn sync synced
synchron synchronize synchronous syncing synthesis synthetic sys system systems sz ta tab table tables tack tact tag tagged tags tail
tails take taken takes taking tal talent talk talked talking talks tan tank tap tar target targets task tasks taste taught tax taxes tb te
tea teach teacher teachers teaches teaching team teams teamwork tech techn technical technically technique techniques technologies
technology tee teen tele telemetry television tell telling tells tem temp temper temperature template templates temporary ten tenant tend
tens tensor tensorflow tent tenth ter term termin terminal termination terms terr terrible terror test tested testing tests text texture
tf th than thank thanks that the theft their theirs them theme then theor theoretical theory ther there therefore these they thick thin
thing things think thinking thinks third thirty this those though thought thoughts thous thousand thousands thr thread threaded threads
threat three threshold thresholds through throughout throughput throw thrown throws thumbs thus ti tick ticket tickets tid tie tied tier
tiers tight til tile tiled tiles till tim time timed timeout timer times timestamp timezone timing tiny tip tips tit title titles tls tmp
to tod today todo todos tog together toggle tok token tokens told toler tom ton too took tool tools top topic topics topology tor torch
toss tot total totally tou touch touched touching tough tour toward towards town toxic tp tr tra trace traced traces tracing track tracker
tracking tracks trad trade trades trading tradition traditional traff traffic trail train trained training trains trans transaction
transactions transcript transfer transform transformer transformers transit transition transl translate translated translation transparent
transport trav travel tre treat treated treatment tree trees trend tri trial trib trick tricky tried tries trigger triggered triggers trim
trip triples trivial tro trouble truck true truly trust trusted truth try trying ts ttl tu tub tube tug tum tun tune tuned tuning tuple
tur turbo turn turned turning turns tv tw twe tweet twenty twice two tx txt ty typ type typedef typename typeof types typical typically
typing ugly ui uid uint uk ul ult ultimately um uma un una unable unacceptable unaffected unavailable uncertain unchanged unchecked
unclear und undefined under underst understand understanding understands undo une unequal uneven unf unhealthy unified uniform unify union
unique unit units univers universe university unknown unless unlike unlimited unload unloaded unlock unnecessary unrelated uns unsafe
unseen unsigned unstable unsure unt until untouched unused unusual unw up upcoming update updated updates upgrade upgraded upload uploaded
uploads upon upper ups upstream uptime ur urban uri url us usage use used useful user userid username users uses using usual usually ut
utf util utility utils uv va vac vacc vague val valid validate validated validates validation valor valuable value values van vanish var
vari variable variables variant variants varies variety various vary vast vault ve vec vector veget veh vehicle vehicles vel velocity ven
vendor vendors vent ver verbose verdict verified verifies verify vers version versions versus vert vertex vertical very veter vi via vict
victim victory video videos view views vill village viol violation violence vip vir virt virtual vis visible vision visit visited visitors
visual vit vm vo voc voice void vol volume volumes volunte von voor vor vot vote voters votes voting votre vous vs vul vulner wa wait
waited waiting waits wake walk walked walking wall wallet walls want wanted wants war warehouse warm warmed warn warning warrant warranty
was wash wasn wast waste wasted wastes watch watchdog watched watching water watermark wave way ways we weak weakness wealth weapon
weapons wear wearing weather web webhook website websites websocket wed wedding week weekend weeks weight weighted weights wel welcome
well went wer werden were weren west wet wh what whatever whe wheel when whenever where whereas whether which whichever while white
whitelist who whoever whole whom whose why wid wide widen widget width widths wie wife wild will willing win wind window windows wine
winner winning wins winter wird wire wise wish with withdraw withdrawal within without witness wom woman women won wonder wont wood wor
word words work worked worker workers workflows working works world worlds worldwide worry worse worst worth would wouldn wp wr wrap
wrapper writ write writer writes writing written wrong wrote www wx xml xs xxx ya yaml yang yards year years yellow yes yesterday yet
yield yields you young younger your yours yourself youth yy za ze zero zeros zh zip zone zones zoom zu
"""
_BAD_PAIRS = """
bq fj fz gj gk gq hj jg jv jw jx jy jz kq kx kz lq mz nq oq qf qg qj qk qo qv qy qz rj tj tq uq vq vz wq wv wz xg xh xj xk xq xu xv xw yf
yj yq yv zg zj zq zr zv
"""
_HAN = """
一万三上下不与专业东两个中串为主么义之也书了事二于五些交产享京人亿今介从他付代以们件价任份企优会传但位体何余作你使例供価保信修倍值停像元先
入全公共关其具内円册再写出击分列则初利别到制前力功加务动動包化北区十午华单南即历原去县参及友反发取变口只可台右号司合同名后向否含听启告员周
命和品哈商問器四回因国图土在地场址型城基報場填增声处备复外多大天失头女好如始子字存学安宋完定实审客家容密对导将小少尔就局展山岁州工左已市布
常平年并广序库应店度建开异式引张当录形影径待後得微心必志态思性总息您情意感成我或户所手打找技投报拉持指按换据排接推提播支收改放政效数整文料
断新方族无日时明易星是時景更最月有服期木未本机权束条来板构析果查标样核格案检模次款止正此步歳段每比民気水求江汽没治法注活流海消清游源火点無
然片版物特率环现球理生用由电男画界番登的监目直相省看県真知码确示社票私种科秒称移程稍税稿空立站章端笑符第等签简算管箱米类系素索约级线组经结
给络统编网置美老考者而联能自至色节英藏行表装西要見见规视角解言計記話読计认议记论设证评试话询该详语误说请读调象责败账货购费资起超路身车转软
载辑输达过运近还这进连述退送选通速造連道邮部都配释里重量金钟钮链销错键长開間関门闭问间队阳陆限院除雅集雷需非面音页项预频题额首验高黑
"""

WORDS = frozenset(_WORDS.split())
"""English words that are one token after a space in both, at most two without it or with a capital."""

BAD_PAIRS = frozenset(_BAD_PAIRS.split())
"""Pairs of small letters that are not one token in both."""

HAN = frozenset(_HAN.replace("\n", ""))
"""Ideographs that are one token in both."""

BLOCKS = frozenset(
    (
        312,
        313,
        314,
        315,
        316,
        317,
        318,
        319,
        320,
        321,
        323,
        325,
        326,
        327,
        328,
        329,
        330,
        331,
        332,
        333,
        334,
        335,
        336,
        337,
        339,
        340,
        341,
        342,
        347,
        348,
        349,
        351,
        352,
        353,
        354,
        355,
        356,
        357,
        359,
        365,
        366,
        367,
        368,
        369,
        370,
        375,
        376,
        377,
        378,
        379,
        380,
        381,
        382,
        383,
        384,
        385,
        387,
        388,
        392,
        393,
        394,
        395,
        396,
        397,
        398,
        399,
        401,
        402,
        404,
        405,
        406,
        407,
        408,
        409,
        410,
        411,
        412,
        413,
        414,
        415,
        416,
        417,
        419,
        421,
        428,
        429,
        430,
        431,
        432,
        433,
        434,
        435,
        436,
        437,
        438,
        439,
        440,
        441,
        442,
        443,
        444,
        449,
        452,
        456,
        457,
        462,
        463,
        464,
        468,
        469,
        473,
        474,
        475,
        476,
        477,
        481,
        482,
        484,
        485,
        486,
        487,
        488,
        489,
        490,
        491,
        492,
        493,
        494,
        495,
        497,
        498,
        500,
        501,
        506,
        507,
        508,
        509,
        510,
        512,
        513,
        514,
        515,
        519,
        520,
        521,
        522,
        523,
        524,
        525,
        527,
        528,
        537,
        545,
        546,
        547,
        550,
        551,
        552,
        553,
        554,
        557,
        558,
        559,
        560,
        561,
        562,
        563,
        564,
        565,
        566,
        567,
        573,
        574,
        575,
        576,
        577,
        578,
        579,
        583,
        588,
        594,
        595,
        596,
        597,
        598,
        599,
        600,
        601,
        602,
        603,
        604,
        605,
        608,
        609,
        610,
        611,
        614,
        617,
        635,
        638,
    )
)
"""Blocks of 64 ideographs (code point >> 6) whose first two bytes are one token in both, so that each costs at most two."""
